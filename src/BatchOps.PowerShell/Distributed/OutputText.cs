using System.Management.Automation;
using System.Text.Json;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>What an attempt yielded, as it travels: objects, the records of other streams, and the error that it failed with.</summary>
internal sealed record OutputText
{
    /// <summary>The objects, a text of <see cref="ValueCodec"/>; null for none.</summary>
    public string? Objects { get; init; }

    /// <summary>The records in their order; null for none.</summary>
    public IReadOnlyList<RecordText>? Records { get; init; }

    /// <summary>The error that the attempt failed with; null when it is one of the records, or there is none.</summary>
    public ErrorText? Failure { get; init; }

    /// <summary>Which of the records the attempt failed with, from 0; null when none of them.</summary>
    public int? FailedBy { get; init; }

    /// <summary>The text of an attempt's outcome. By the thread whose runspace the objects belong to.</summary>
    public static OutputText Of(in AttemptOutcome<ItemOutput> outcome)
    {
        var output = outcome.Output ?? ItemOutput.None;
        var failure = (outcome.Error as ScriptFailureException)?.Record;
        var failedBy = failure is null ? -1 : output.Records.ToList().FindIndex(r => ReferenceEquals(r.Record, failure));
        return new OutputText
        {
            Objects = output.Objects.Count == 0 ? null : ValueCodec.Encode(output.Objects).Text,
            Records = output.Records.Count == 0 ? null : [.. output.Records.Select(RecordText.Of)],
            Failure = failure is null || failedBy >= 0 ? null : ErrorText.Of(failure),
            FailedBy = failedBy >= 0 ? failedBy : null,
        };
    }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Objects is null && Records is null && Failure is null;

    /// <summary>What the attempt yielded, and the record of its failure.</summary>
    /// <exception cref="FormatException">The objects are of another form.</exception>
    public (ItemOutput Output, ErrorRecord? Failure) ToOutput()
    {
        var records = Records?.Select(static r => r.ToRecord()).ToList() ?? [];
        var failure = FailedBy is { } index && index >= 0 && index < records.Count ? records[index].Record as ErrorRecord : Failure?.ToRecord();
        return (Objects is null && records.Count == 0 ? ItemOutput.None : new ItemOutput(Objects is null ? [] : ValueCodec.Decode(Objects), records), failure);
    }

    /// <summary>The JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, WireContext.Default.OutputText);

    /// <summary>Reads the JSON.</summary>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static OutputText Parse(string json) => WireContext.Read(json, WireContext.Default.OutputText);
}
