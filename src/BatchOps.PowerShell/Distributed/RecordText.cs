using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>A record of a stream, as it travels.</summary>
internal sealed record RecordText
{
    /// <summary>Which stream.</summary>
    public required StreamKind Stream { get; init; }

    /// <summary>What a warning, a verbose or a debug record says; of what was written to the host its text.</summary>
    public string? Message { get; init; }

    /// <summary>An error.</summary>
    public ErrorText? Error { get; init; }

    /// <summary>An information record's data, a text of <see cref="ValueCodec"/>; null where it was written to the host.</summary>
    public string? Data { get; init; }

    public string? Source { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public ConsoleColor? Foreground { get; init; }

    public ConsoleColor? Background { get; init; }

    public bool? NoNewLine { get; init; }

    /// <summary>When an information record was written.</summary>
    public DateTime? Time { get; init; }

    /// <summary>On which machine.</summary>
    public string? Computer { get; init; }

    /// <summary>The text of a record. By the thread whose runspace it belongs to.</summary>
    public static RecordText Of(StreamRecord record) => record.Record switch
    {
        ErrorRecord error => new RecordText { Stream = record.Stream, Error = ErrorText.Of(error) },
        InformationRecord information => Of(information),
        InformationalRecord text => new RecordText { Stream = record.Stream, Message = Redactor.Redact(text.Message) },
        var other => new RecordText { Stream = record.Stream, Message = Redactor.Redact(other.ToString() ?? string.Empty) },
    };

    /// <summary>A record that says the same.</summary>
    public StreamRecord ToRecord() => new(Stream, Stream switch
    {
        StreamKind.Error => (Error ?? throw new FormatException("An error record holds no error.")).ToRecord(),
        StreamKind.Warning => new WarningRecord(Message),
        StreamKind.Verbose => new VerboseRecord(Message),
        StreamKind.Debug => new DebugRecord(Message),
        _ => ToInformation(),
    });

    private static RecordText Of(InformationRecord information)
    {
        var host = information.MessageData as HostInformationMessage;
        var text = (information.MessageData as PSObject)?.BaseObject as string ?? information.MessageData as string;
        return new RecordText
        {
            Stream = StreamKind.Information,
            Message = host?.Message is { } message ? Redactor.Redact(message) : null,
            Foreground = host?.ForegroundColor,
            Background = host?.BackgroundColor,
            NoNewLine = host?.NoNewLine,
            Data = host is not null ? null : ValueCodec.EncodeOne(text is null ? information.MessageData : Redactor.Redact(text)).Text,
            Source = information.Source,
            Tags = information.Tags.Count == 0 ? null : [.. information.Tags],
            Time = information.TimeGenerated.ToUniversalTime(),
            Computer = information.Computer,
        };
    }

    private InformationRecord ToInformation()
    {
        var data = Data is not null ? ValueCodec.DecodeOne(Data)
            : new HostInformationMessage { Message = Message, ForegroundColor = Foreground, BackgroundColor = Background, NoNewLine = NoNewLine };
        var record = new InformationRecord(data, Source) { Computer = Computer };
        if (Time is { } time)
        {
            record.TimeGenerated = time.ToLocalTime();
        }

        record.Tags.AddRange(Tags ?? []);
        return record;
    }
}
