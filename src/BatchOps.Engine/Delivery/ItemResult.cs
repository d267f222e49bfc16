namespace BatchOps.Engine;

/// <summary>How an item ended, with all there is to know of it.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class ItemResult<TInput, TOutput>
{
    private readonly RunSummary _run;
    private readonly Clock _clock;
    private readonly long _queuedAt;
    private readonly long _startedAt;
    private readonly long _endedAt;
    private readonly long _workedTicks;

    internal ItemResult(Lease<TInput, TOutput> lease, ItemStatus status, OutcomeReason reason, long now)
    {
        _run = lease.Run.Summary;
        _clock = lease.Run.Clock;
        _queuedAt = lease.QueuedAt;
        _startedAt = lease.FirstStartedAt;
        _endedAt = now;
        _workedTicks = lease.WorkedTicks;
        Index = lease.Index;
        Key = lease.Key;
        Input = lease.Input;
        Attempts = lease.Attempt;
        Output = lease.Last.Output;
        Error = lease.Last.Error;
        Errors = lease.Errors ?? (IReadOnlyList<Exception>)[];
        Abandoned = lease.State == ItemState.Abandoned;
        Stored = status == ItemStatus.Succeeded ? lease.Stored : null;
        Status = status;
        Reason = reason;
    }

    /// <summary>A follower's copy of the outcome of the item that ran in its place.</summary>
    internal ItemResult(Lease<TInput, TOutput> follower, ItemResult<TInput, TOutput> leader, long now)
        : this(follower, leader.Status, leader.Reason, now)
    {
        FromCache = true;
        Attempts = leader.Attempts;
        Output = leader.Output;
        Error = leader.Error;
        Errors = leader.Errors;
        Resumed = leader.Resumed;
        Stored = leader.Stored;
    }

    /// <summary>What the journal holds of an item that succeeded before.</summary>
    internal ItemResult(Lease<TInput, TOutput> lease, StoredOutcome stored, TOutput? output, long now)
        : this(lease, ItemStatus.Succeeded, OutcomeReason.None, now)
    {
        FromCache = true;
        Resumed = stored.FromResume;
        Attempts = stored.Attempts;
        Output = output;
        Stored = stored.IsSkipped ? null : stored.Output;
    }

    /// <summary>The run's id.</summary>
    public Guid RunId => _run.RunId;

    /// <summary>The item's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The item's key; null when no option needed it.</summary>
    public object? Key { get; }

    /// <summary>The item.</summary>
    public TInput Input { get; }

    /// <summary>What the last attempt yielded; default when there was none.</summary>
    public TOutput? Output { get; }

    /// <summary>How the item ended.</summary>
    public ItemStatus Status { get; }

    /// <summary>Why, when it did not simply run to its end.</summary>
    public OutcomeReason Reason { get; }

    /// <summary>Why the last attempt failed; null after success.</summary>
    public Exception? Error { get; }

    /// <summary>Why each failed attempt failed, in their order; the last is <see cref="Error"/> when the item failed.</summary>
    public IReadOnlyList<Exception> Errors { get; }

    /// <summary>Attempts that were started.</summary>
    public int Attempts { get; }

    /// <summary>Whether the outcome was not made by running the item: an equal item ran in its place, or the journal held its result.</summary>
    public bool FromCache { get; }

    /// <summary>Whether the item had succeeded in an earlier run of the batch.</summary>
    public bool Resumed { get; }

    /// <summary>The output as the journal keeps it.</summary>
    internal StoredValue? Stored { get; }

    /// <summary>Whether the work ignored its stop and was left behind, still running.</summary>
    public bool Abandoned { get; }

    /// <summary>When the item was read (UTC).</summary>
    public DateTimeOffset QueuedAt => At(_queuedAt);

    /// <summary>When its first attempt started (UTC); null when none did.</summary>
    public DateTimeOffset? StartedAt => _startedAt == Clock.Never ? null : At(_startedAt);

    /// <summary>When it ended (UTC).</summary>
    public DateTimeOffset EndedAt => At(_endedAt);

    /// <summary>Sum of the times that its attempts took.</summary>
    public TimeSpan Duration => _clock.Between(0, _workedTicks);

    /// <summary>Time from <see cref="QueuedAt"/> to the end in which no attempt was at work.</summary>
    public TimeSpan Waited => _clock.Between(_queuedAt, _endedAt) - Duration is { Ticks: > 0 } waited ? waited : TimeSpan.Zero;

    private DateTimeOffset At(long timestamp) => _run.StartTime + _clock.Between(_run.StartTimestamp, timestamp);
}
