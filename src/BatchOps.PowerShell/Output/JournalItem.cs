using BatchOps.Engine;
using BatchOps.PowerShell.Journal;

namespace BatchOps;

/// <summary>An item as a journal holds it.</summary>
public sealed class JournalItem
{
    private readonly JournaledItem _item;
    private readonly Lazy<object?> _input;
    private readonly Lazy<object?> _output;

    internal JournalItem(JournaledItem item, string journal)
    {
        _item = item;
        Journal = journal;
        _input = new(() => item.Input is { } text ? StoredResult.Input(text) : null);
        _output = new(() => item.Output is { } stored ? StoredResult.AsOne(StoredResult.Outputs(stored.Text)) : null);
    }

    /// <summary>The item's place in the run's input, from 0.</summary>
    public long Index => _item.Index;

    /// <summary>Pending, Running, Retrying, or how it ended: Succeeded, Failed, TimedOut, Canceled, Skipped.</summary>
    public string Status => _item.Status;

    /// <summary>Why, when it did not simply run to its end.</summary>
    public string? Reason => _item.Reason;

    /// <summary>The item's key as text; null when none was kept.</summary>
    public string? Key => _item.Key;

    /// <summary>Attempts that were started.</summary>
    public int Attempts => _item.Attempts;

    /// <summary>Time that its attempts took.</summary>
    public TimeSpan Duration => _item.Duration;

    /// <summary>Time from QueuedAt to the end in which no attempt was at work.</summary>
    public TimeSpan Waited => _item.Waited;

    /// <summary>When the item was read, in local time.</summary>
    public DateTime QueuedAt => _item.QueuedAt.LocalDateTime;

    /// <summary>When its first attempt started, in local time; null when none did.</summary>
    public DateTime? StartedAt => _item.StartedAt?.LocalDateTime;

    /// <summary>When it ended, in local time; null while it has not.</summary>
    public DateTime? EndedAt => _item.EndedAt?.LocalDateTime;

    /// <summary>Number of the worker that had its last attempt, from 1; null when it never started.</summary>
    public int? Worker => _item.Worker;

    /// <summary>Whether the outcome was not made by running the item: an equal one ran in its place, or the journal held its result.</summary>
    public bool FromCache => _item.FromCache;

    /// <summary>Units of -UsageLimit that it holds or has spent.</summary>
    public double Usage => _item.Usage;

    /// <summary>Why it failed, secrets left out; null when it did not.</summary>
    public string? Error => _item.Error;

    /// <summary>Type of the error.</summary>
    public string? ErrorType => _item.ErrorType;

    /// <summary>The item; null unless -JournalContent All kept it.</summary>
    public object? InputObject => _input.Value;

    /// <summary>What the block wrote: nothing, one object, or an array. Read from the journal's text when it is asked for.</summary>
    public object? Output => _output.Value;

    /// <summary>Whether something of the output could not be kept.</summary>
    public bool Lossy => _item.Output is { Lossy: true };

    /// <summary>Batch, key and occurrence as a hash: what $BatchItem.IdempotencyKey was.</summary>
    public string? IdempotencyKey => _item.Identity;

    /// <summary>The run's id.</summary>
    public Guid RunId => _item.RunId;

    /// <summary>The journal's file.</summary>
    public string Journal { get; }
}
