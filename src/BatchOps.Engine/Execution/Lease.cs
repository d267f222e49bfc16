namespace BatchOps.Engine;

/// <summary>An item as an executor holds it: the right to run one attempt, and what the operation may ask of the engine meanwhile.</summary>
/// <remarks>One object carries an item through all its attempts; at most one attempt is at work at any time.</remarks>
public abstract partial class Lease
{
    private CancellationTokenSource? _stopping;
    private Action<Lease>? _onStop;

    private protected Lease(BatchRun run, long index, in ItemTraits traits)
    {
        Run = run;
        Index = index;
        Key = traits.Key;
        SerializeKey = traits.SerializeBy;
        RateCost = traits.RateCost;
        UsageCost = traits.UsageCost;
    }

    /// <summary>The item's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>The number of this attempt, from 1.</summary>
    public int Attempt { get; internal set; }

    /// <summary>The item's key; null when no option needed it.</summary>
    public object? Key { get; }

    /// <summary>The run that the item belongs to.</summary>
    public BatchRun Run { get; }

    /// <summary>Signals that the attempt must stop: a timeout, the run's deadline, or a cancellation.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (Run.Sync)
            {
                if (_stopping is null)
                {
                    _stopping = new CancellationTokenSource();
                    if (StopReason != OutcomeReason.None)
                    {
                        _stopping.Cancel();
                    }
                }

                return _stopping.Token;
            }
        }
    }

    internal object? SerializeKey { get; }

    internal double RateCost { get; }

    internal double UsageCost { get; }

    /// <summary>Whether it holds its units of the usage limit.</summary>
    internal bool HoldsUsage { get; set; }

    /// <summary>The item in the journal; null without one.</summary>
    internal JournalItem? Entry { get; init; }

    /// <summary>Number of the worker that has it, from 1.</summary>
    internal int Worker { get; set; }

    /// <summary>Batch, key and occurrence as a hash that stays the same over attempts, resumes and machines; null when nothing asked for it.</summary>
    public string? Identity { get; internal init; }

    internal ItemState State { get; set; }

    /// <summary>Retries that were made before the last checkpoint, and so no longer count.</summary>
    internal int RetriesBefore { get; private set; }

    internal bool HoldsKey { get; set; }

    internal bool HoldsPermit { get; set; }

    internal OutcomeReason StopReason { get; private set; }

    internal int BreakerEpoch { get; set; }

    /// <summary>Place in the run's list of running leases.</summary>
    internal int RunningSlot { get; set; } = -1;

    internal long QueuedAt { get; set; }

    /// <summary>Since when it waits for admission.</summary>
    internal long ReadyAt { get; set; }

    internal long FirstStartedAt { get; set; } = Clock.Never;

    /// <summary>When the attempt started; <see cref="Clock.Never"/> while a worker elsewhere has not announced it.</summary>
    internal long StartedAt { get; set; }

    /// <summary>Timestamp ticks for which the attempt has been at work.</summary>
    internal long Worked(long now) => StartedAt == Clock.Never ? 0 : now - StartedAt;

    /// <summary>Sum of the attempts' times, in timestamp ticks.</summary>
    internal long WorkedTicks { get; set; }

    internal long AttemptDeadline { get; set; } = Clock.Never;

    internal long ItemDeadline { get; set; } = Clock.Never;

    internal long AbandonAt { get; set; } = Clock.Never;

    internal long DueAt { get; set; }

    /// <summary>Waits until a named limit of the throttle admits a call, and takes its weight.</summary>
    /// <param name="limit">A name of <see cref="ThrottleOptions.CallRates"/>.</param>
    /// <param name="weight">Units that the call takes; 0 or more, default 1.</param>
    /// <returns>A task that ends when the call may be sent; canceled with <see cref="CancellationToken"/>.</returns>
    /// <exception cref="ArgumentException">The throttle has no limit of that name, or the weight is out of range.</exception>
    public ValueTask AcquireAsync(string limit, double weight = 1) => Run.Throttle.AcquireCallAsync(limit, weight, CancellationToken);

    /// <summary>Blocks until a named limit of the throttle admits a call, and takes its weight.</summary>
    /// <param name="limit">A name of <see cref="ThrottleOptions.CallRates"/>.</param>
    /// <param name="weight">Units that the call takes; 0 or more, default 1.</param>
    /// <exception cref="ArgumentException">The throttle has no limit of that name, or the weight is out of range.</exception>
    /// <exception cref="OperationCanceledException">The attempt was told to stop.</exception>
    public void Acquire(string limit, double weight = 1)
    {
        var acquired = AcquireAsync(limit, weight);
        if (!acquired.IsCompletedSuccessfully)
        {
            acquired.AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Says that what the item has done so far stays done, because a later attempt goes on from here: retries count from
    /// now on, and the throttle's breaker takes it as a sign of life.
    /// </summary>
    /// <remarks>For work of several calls whose attempts go on where the one before ended; each step of progress calls it once.</remarks>
    public void Checkpoint()
    {
        lock (Run.Sync)
        {
            RetriesBefore = Attempt - 1;
            Run.Throttle.NoteSignOfLife(this);
        }
    }

    /// <summary>Sets what is called, on a pool thread, when the attempt must stop; at once when it must already. May be called twice.</summary>
    internal void OnStop(Action<Lease> stop)
    {
        _onStop = stop;

        // No lock on the way of every item: either the one who stops sees the action, or we see the stop.
        Interlocked.MemoryBarrier();
        if (StopReason != OutcomeReason.None)
        {
            QueueStop(stop);
        }
    }

    internal void RequestStop(OutcomeReason reason)
    {
        StopReason = reason;
        Interlocked.MemoryBarrier();

        // Neither may run foreign code under the engine's lock.
        _ = _stopping?.CancelAsync();
        if (_onStop is { } stop)
        {
            QueueStop(stop);
        }
    }

    /// <summary>Forgets what belonged to the attempt that ended.</summary>
    internal void EndAttempt()
    {
        if (StopReason == OutcomeReason.None)
        {
            // A source that is being canceled is left to its callbacks.
            _stopping?.Dispose();
        }

        _stopping = null;
        _steps = null;
        _onStop = null;
        Starts = 0;
        Submitted = false;
        AttemptDeadline = Clock.Never;
        AbandonAt = Clock.Never;
    }

    internal void ForgetStop() => StopReason = OutcomeReason.None;

    /// <summary>Ends the item without an attempt's outcome.</summary>
    internal abstract void Finish(ItemStatus status, OutcomeReason reason, long now);

    private void QueueStop(Action<Lease> stop) => ThreadPool.UnsafeQueueUserWorkItem(static call => call.stop(call.lease), (stop, lease: this), preferLocal: false);
}
