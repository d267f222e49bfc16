using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Operations;

namespace BatchOps;

/// <summary>What <c>-AsResult</c> emits for each item.</summary>
public sealed class ItemResult
{
    internal ItemResult(EngineResult result, IReadOnlyList<PSObject> objects, ErrorRecord? error, IReadOnlyList<ErrorRecord> errors)
    {
        RunId = result.RunId;
        Index = result.Index;
        Key = result.Key;
        InputObject = PreparedItem.Original(result.Input);
        Output = objects.Count switch
        {
            0 => null,
            1 => objects[0],
            _ => objects.ToArray(),
        };
        Status = result.Status;
        Reason = result.Reason;
        Error = error;
        Errors = errors;
        Attempts = result.Attempts;
        FromCache = result.FromCache;
        QueuedAt = result.QueuedAt.LocalDateTime;
        StartedAt = result.StartedAt?.LocalDateTime;
        Duration = result.Duration;
        Waited = result.Waited;
    }

    /// <summary>The run's id.</summary>
    public Guid RunId { get; }

    /// <summary>The item's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The item's key; null when no parameter needed one.</summary>
    public object? Key { get; }

    /// <summary>The item.</summary>
    public object? InputObject { get; }

    /// <summary>What the item yielded: nothing, one object, or an array.</summary>
    public object? Output { get; }

    /// <summary>How the item ended.</summary>
    public ItemStatus Status { get; }

    /// <summary>Why, when it did not simply run to its end.</summary>
    public OutcomeReason Reason { get; }

    /// <summary>Why it failed; null after success.</summary>
    public ErrorRecord? Error { get; }

    /// <summary>All errors: of attempts that were retried, and non-terminating ones.</summary>
    public IReadOnlyList<ErrorRecord> Errors { get; }

    /// <summary>Attempts that were started.</summary>
    public int Attempts { get; }

    /// <summary>Whether the outcome was not made by running the item: an equal one ran in its place, or the journal held its result.</summary>
    public bool FromCache { get; }

    /// <summary>When the item was read, in local time.</summary>
    public DateTime QueuedAt { get; }

    /// <summary>When its first attempt started, in local time; null when none did.</summary>
    public DateTime? StartedAt { get; }

    /// <summary>Time that its attempts took.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Time from QueuedAt to the end in which no attempt was at work.</summary>
    public TimeSpan Waited { get; }
}
