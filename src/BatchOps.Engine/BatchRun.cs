namespace BatchOps.Engine;

/// <summary>One run over items: what admission, watchdog and summary need to know of it, whatever its items are.</summary>
public abstract partial class BatchRun
{
    private readonly List<Lease> _atWork = [];
    private readonly FailureWindow? _failures;
    private readonly int _tripsBefore;
    private ITimer? _sampling;
    private long _deadline;

    private protected BatchRun(BatchOptions options)
    {
        options.Validate();
        Options = options;
        Clock = new Clock(options.TimeProvider);
        Throttle = options.Throttle ?? new BatchThrottle(options.OwnThrottle, options.TimeProvider);
        Parent = ExecutionScope.CurrentLease;
        for (var held = Parent; held is not null; held = held.Run.Parent)
        {
            if (ReferenceEquals(held.Run.Throttle, Throttle))
            {
                throw new BatchNestingException("This run was started inside an item that holds a permit of the same throttle; it could wait for itself for ever. Give the inner run a throttle of its own.");
            }
        }

        Cap = options.EffectiveLimit;
        _credits = options.EffectiveCredits;
        _tripsBefore = Throttle.BreakerTrips;
        _failures = options.WatchesFailures ? new FailureWindow() : null;
        Summary = new RunSummary(Id, Clock, CurrentLimit);
        _deadline = Clock.After(Summary.StartTimestamp, options.RunTimeout);
        if (options.Journal is { } journal)
        {
            Journal = new RunJournal(this, journal);
            _sampling = Clock.Provider.CreateTimer(static run => ((BatchRun)run!).NoteSample(), this, SampleEvery, SampleEvery);
        }

        BatchUid = Journal?.BatchUid ?? Guid.NewGuid().ToString("N");
        _budget = options.UsageLimit is { } units ? new UsageBudget(units, Journal?.SpentBefore ?? 0) : null;
        Telemetry = new RunTelemetry(this);
        Throttle.EnsureCallLimits(options.CallRates);
        Throttle.Add(this);
        if (_deadline != Clock.Never)
        {
            lock (Sync)
            {
                Throttle.Arm(_deadline);
            }
        }
    }

    /// <summary>The run's id.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    /// <summary>What the run was told.</summary>
    public BatchOptions Options { get; }

    /// <summary>The run's live figures.</summary>
    public RunSummary Summary { get; }

    /// <summary>The throttle that admits the run's items; its own unless one was shared.</summary>
    public BatchThrottle Throttle { get; }

    /// <summary>What the caller should be told though nothing failed: a batch to be resumed that the journal does not hold. Null for nothing.</summary>
    public string? Notice => Journal?.Notice;

    internal Clock Clock { get; }

    /// <summary>How often the batch was begun, this time included; 0 without a journal. With <see cref="Lease.Identity"/> it names an item among those of all times.</summary>
    public long Generation => Journal?.Generation ?? 0;

    /// <summary>Random name of the batch since it was begun: runs that resume it share one, what begins it anew gets another. Without a journal each run has its own.</summary>
    public string BatchUid { get; }

    /// <summary>The run's part of a journal; null without one.</summary>
    internal RunJournal? Journal { get; }

    /// <summary>What the run tells those who listen.</summary>
    internal RunTelemetry Telemetry { get; }

    /// <summary>Most attempts of this run that may be at work now.</summary>
    internal int CurrentLimit => Math.Min(Cap, Throttle.CurrentLimit ?? Cap);

    internal object Sync => Throttle.Sync;

    /// <summary>The lease in whose attempt this run was started.</summary>
    internal Lease? Parent { get; }

    /// <summary>Most items at work at once; falls to 1 for good when a failure trigger fires.</summary>
    internal int Cap { get; private set; }

    /// <summary>Whether items may still start.</summary>
    internal bool Starting => StopReason == OutcomeReason.None;

    private protected bool AddingCompleted { get; private set; }

    internal OutcomeReason StopReason => Summary.StopReason;

    /// <summary>What made the run fail as a whole (a worker that could not be opened); null when nothing did.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Says that no more items will come.</summary>
    public void CompleteAdding()
    {
        lock (Sync)
        {
            var now = Clock.Now;
            AddingCompleted = true;
            EndIfDone(now);
            Throttle.Dispatch(now);
        }

        Leaving();
    }

    /// <summary>Stops the run: what is at work is told to stop and abandoned after the grace period, the rest ends as <see cref="ItemStatus.Canceled"/>.</summary>
    /// <remarks>May be called at any time, from any thread, more than once. No further item is accepted as work.</remarks>
    public void Cancel()
    {
        lock (Sync)
        {
            var now = Clock.Now;
            StopAll(now);
            EndIfDone(now);

            // What this run's items held or waited for is free for others.
            Throttle.Dispatch(now);
        }

        Leaving();
    }

    /// <summary>Ends the run because its means failed: as <see cref="Cancel"/>, and <see cref="Fault"/> says why.</summary>
    /// <param name="fault">What failed.</param>
    public void Abort(Exception fault)
    {
        lock (Sync)
        {
            Fault ??= fault;
        }

        Cancel();
    }

    /// <summary>Runs what was kept for after the lock. Every public way in ends with it.</summary>
    private protected void Leaving()
    {
        if (Throttle.HasDeferred)
        {
            Throttle.RunDeferred();
        }
    }

    /// <summary>No further item starts, and what is at work is told to stop. Under the lock.</summary>
    private void StopAll(long now)
    {
        AddingCompleted = true;
        Stop(OutcomeReason.Canceled, now);
    }

    /// <summary>No further item starts. Under the lock.</summary>
    private protected void Stop(OutcomeReason reason, long now)
    {
        if (Summary.Ended || StopReason == OutcomeReason.Canceled || (StopReason != OutcomeReason.None && reason != OutcomeReason.Canceled))
        {
            return;
        }

        Summary.StopReason = reason;
        var skippedFor = reason == OutcomeReason.Deadline && Throttle.Breaker != BreakerState.Closed ? OutcomeReason.BreakerOpen : reason;
        foreach (var lease in TakeAllWaiting())
        {
            var started = lease.Attempt > 0;
            ReleaseKey(lease);
            lease.Finish(
                reason switch
                {
                    OutcomeReason.Canceled => ItemStatus.Canceled,
                    OutcomeReason.Deadline when started => ItemStatus.TimedOut,
                    _ when started => ItemStatus.Failed,
                    _ => ItemStatus.Skipped,
                },
                started ? reason : skippedFor,
                now);
        }

        if (reason is OutcomeReason.Canceled or OutcomeReason.Deadline)
        {
            for (var i = _atWork.Count - 1; i >= 0; i--)
            {
                RequestStop(_atWork[i], reason, now);
            }
        }

        WakeIntake();
    }

    /// <summary>How an item that arrives after the stop ends.</summary>
    private protected ItemStatus StatusOfLate => StopReason == OutcomeReason.Canceled ? ItemStatus.Canceled : ItemStatus.Skipped;

    /// <summary>Ends the run when nothing more can come of it. Under the lock; who calls it dispatches what became free.</summary>
    private protected void EndIfDone(long now)
    {
        if (Summary.Ended || !AddingCompleted || Summary.Done < Summary.Read)
        {
            return;
        }

        Summary.BreakerTrips = Throttle.BreakerTrips - _tripsBefore;
        Summary.NoteRunEnded(now);
        Telemetry.NoteRunEnded(now);

        // What was abandoned still runs, but no longer at the cost of others.
        foreach (var lease in _atWork)
        {
            Throttle.GiveBackPermit(lease);
        }

        _atWork.Clear();
        Throttle.Remove(this);
        _workers.WakeAll();
        _sampling?.Dispose();
        _sampling = null;
        if (Journal is null)
        {
            CompleteDelivery();
        }
        else
        {
            Journal.End(CompleteDelivery);
        }
    }

    private protected abstract void CompleteDelivery();

    /// <summary>Outcomes reached the disk. Called by the journal, without a lock.</summary>
    internal abstract void Committed(List<JournalItem> items);

    /// <summary>What the journal says of an error.</summary>
    internal abstract (string Type, string Message) DescribeError(Exception error);
}
