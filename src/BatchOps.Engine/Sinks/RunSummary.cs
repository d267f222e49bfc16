namespace BatchOps.Engine;

/// <summary>A run's live figures from its start to its end. May be read at any time from any thread.</summary>
public sealed class RunSummary
{
    // A limit that changes for days must not fill memory.
    private const int MaxLimitChanges = 1000;

    private readonly Clock _clock;
    private readonly long _startedAt;
    private readonly List<LimitChange> _limits = [];
    private long _endedAt = Clock.Never;
    private long _workedTicks;
    private double _runningTicks;
    private long _runningSince;
    private long _emitted;
    private long _committed;

    internal RunSummary(Guid runId, Clock clock, int limit)
    {
        RunId = runId;
        StartTime = clock.Provider.GetUtcNow();
        _clock = clock;
        _startedAt = _runningSince = clock.Now;
        _limits.Add(new LimitChange(TimeSpan.Zero, limit));
    }

    /// <summary>The run's id.</summary>
    public Guid RunId { get; }

    internal long StartTimestamp => _startedAt;

    /// <summary>A timestamp of the run's clock as time (UTC).</summary>
    internal DateTimeOffset TimeAt(long timestamp) => StartTime + _clock.Between(_startedAt, timestamp);

    /// <summary>When the run started (UTC).</summary>
    public DateTimeOffset StartTime { get; }

    /// <summary>Items that were read.</summary>
    public long Read { get; internal set; }

    /// <summary>Items that ended as <see cref="ItemStatus.Succeeded"/>.</summary>
    public long Succeeded { get; private set; }

    /// <summary>Items that ended as <see cref="ItemStatus.Failed"/>.</summary>
    public long Failed { get; private set; }

    /// <summary>Items that ended as <see cref="ItemStatus.TimedOut"/>.</summary>
    public long TimedOut { get; private set; }

    /// <summary>Items that ended as <see cref="ItemStatus.Canceled"/>.</summary>
    public long Canceled { get; private set; }

    /// <summary>Items that ended as <see cref="ItemStatus.Skipped"/>.</summary>
    public long Skipped { get; private set; }

    /// <summary>Items that ended.</summary>
    public long Done => Succeeded + Failed + TimedOut + Canceled + Skipped;

    /// <summary>Items that at least one attempt was started for.</summary>
    public long Executed { get; internal set; }

    /// <summary>Attempts that were started.</summary>
    public long Attempts { get; internal set; }

    /// <summary>Items whose outcome was not made by running them: taken from an equal item or from the journal.</summary>
    public long FromCache { get; private set; }

    /// <summary>Items whose outcome the journal holds as theirs; 0 without a journal.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>Items that had succeeded in an earlier run of the batch.</summary>
    public long Resumed { get; private set; }

    /// <summary>Units of <see cref="BatchOptions.UsageLimit"/> that are spent or held.</summary>
    public double UsageSpent { get; internal set; }

    /// <summary>Items whose outcome has left the engine.</summary>
    public long Emitted => Volatile.Read(ref _emitted);

    /// <summary>Attempts at work now.</summary>
    public int Running { get; private set; }

    /// <summary>Items that wait for their next attempt now.</summary>
    public int Retrying { get; internal set; }

    /// <summary>Workers elsewhere that are seen alive; 0 when the run's workers are its own.</summary>
    public int Workers { get; private set; }

    /// <summary>Attempts that ended as <see cref="OutcomeClass.Throttled"/>.</summary>
    public long RateLimitHits { get; internal set; }

    /// <summary>How often the breaker of the run's throttle opened since the run started.</summary>
    public int BreakerTrips { get; internal set; }

    /// <summary>Items whose work ignored its stop and was left behind.</summary>
    public int Abandoned { get; internal set; }

    /// <summary>Whether a failure trigger made the run go on one at a time.</summary>
    public bool FellBackToSequential { get; internal set; }

    /// <summary>Why the run stopped early; <see cref="OutcomeReason.None"/> when it did not.</summary>
    public OutcomeReason StopReason { get; internal set; }

    /// <summary>Most attempts at work at any time.</summary>
    public int PeakConcurrency { get; private set; }

    /// <summary>Mean number of attempts at work, over the run's time so far.</summary>
    public double MeanConcurrency
    {
        get
        {
            var until = Until;
            var running = _runningTicks + (Running * (double)Math.Max(0, until - _runningSince));
            return until > _startedAt ? running / (until - _startedAt) : 0;
        }
    }

    /// <summary>Whether the run has ended.</summary>
    public bool Ended => _endedAt != Clock.Never;

    /// <summary>Time since the run's start, or from start to end.</summary>
    public TimeSpan Duration => _clock.Between(_startedAt, Until);

    /// <summary>Sum of the times that the items' attempts took, in seconds.</summary>
    public double ItemSeconds => _workedTicks * _clock.TickSeconds;

    /// <summary>Items that ended per second of <see cref="Duration"/>.</summary>
    public double ItemsPerSecond => Duration > TimeSpan.Zero ? Done / Duration.TotalSeconds : 0;

    /// <summary><see cref="ItemSeconds"/> / <see cref="Duration"/>: how many times faster than one after the other.</summary>
    public double Speedup => Duration > TimeSpan.Zero ? ItemSeconds / Duration.TotalSeconds : 0;

    /// <summary>Share (0 to 1) of the ended items that succeeded; 1 when none ended.</summary>
    public double SuccessRate => Done == 0 ? 1 : (double)Succeeded / Done;

    /// <summary>Share (0 to 1) of the ended items whose outcome was not made by running them.</summary>
    public double CacheHitRate => Done == 0 ? 0 : (double)FromCache / Done;

    /// <summary>The live concurrency limit from the start on, each change with its time. Of an adaptive limit at most one change a second, and at most 1,000 in all: a run that has more keeps every second of them.</summary>
    public IReadOnlyList<LimitChange> Limits
    {
        get
        {
            lock (_limits)
            {
                return [.. _limits];
            }
        }
    }

    private long Until => _endedAt == Clock.Never ? _clock.Now : _endedAt;

    internal void NoteRunning(int running, long now)
    {
        _runningTicks += Running * (double)(now - _runningSince);
        _runningSince = now;
        Running = running;
        PeakConcurrency = Math.Max(PeakConcurrency, running);
    }

    internal void NoteLimit(long now, int limit)
    {
        lock (_limits)
        {
            if (_limits[^1].Limit != limit)
            {
                if (_limits.Count == MaxLimitChanges)
                {
                    ThinOut();
                }

                _limits.Add(new LimitChange(_clock.Between(_startedAt, now), limit));
            }
        }
    }

    private void ThinOut()
    {
        var kept = 0;
        for (var i = 0; i < _limits.Count; i += 2)
        {
            _limits[kept++] = _limits[i];
        }

        _limits.RemoveRange(kept, _limits.Count - kept);
    }

    internal void NoteEmitted(int count) => Interlocked.Add(ref _emitted, count);

    internal void NoteCommitted(int count) => Interlocked.Add(ref _committed, count);

    internal void NoteEnded(ItemStatus status, bool fromCache, bool resumed, long workedTicks)
    {
        if (resumed)
        {
            Resumed++;
        }

        switch (status)
        {
            case ItemStatus.Succeeded:
                Succeeded++;
                break;
            case ItemStatus.Failed:
                Failed++;
                break;
            case ItemStatus.TimedOut:
                TimedOut++;
                break;
            case ItemStatus.Canceled:
                Canceled++;
                break;
            default:
                Skipped++;
                break;
        }

        if (fromCache)
        {
            FromCache++;
        }
        else
        {
            _workedTicks += workedTicks;
        }
    }

    /// <summary>So many workers elsewhere are alive. Called by the executor.</summary>
    internal void NoteWorkers(int alive) => Workers = alive;

    internal void NoteRunEnded(long now)
    {
        NoteRunning(0, now);
        _endedAt = now;
    }
}
