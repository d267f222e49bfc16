using BatchOps.Engine;

namespace BatchOps;

/// <summary>A run's figures, live from its start to its end.</summary>
public sealed class RunSummary
{
    private readonly Engine.RunSummary _run;
    private readonly Func<int> _workers;

    internal RunSummary(Engine.RunSummary run, string command, Func<int> workers)
    {
        _run = run;
        _workers = workers;
        Command = command;
    }

    /// <summary>The run's id.</summary>
    public Guid RunId => _run.RunId;

    /// <summary>The cmdlet.</summary>
    public string Command { get; }

    /// <summary>When the run started, in local time.</summary>
    public DateTime StartTime => _run.StartTime.LocalDateTime;

    /// <summary>Whether the run has ended.</summary>
    public bool Ended => _run.Ended;

    /// <summary>Items that were read.</summary>
    public long Total => _run.Read;

    /// <summary>Items that succeeded.</summary>
    public long Succeeded => _run.Succeeded;

    /// <summary>Items that failed.</summary>
    public long Failed => _run.Failed;

    /// <summary>Items that a timeout or the deadline ended.</summary>
    public long TimedOut => _run.TimedOut;

    /// <summary>Items that were read but not finished because the run was stopped.</summary>
    public long Canceled => _run.Canceled;

    /// <summary>Items that never started.</summary>
    public long Skipped => _run.Skipped;

    /// <summary>Items that at least one attempt was started for.</summary>
    public long Executed => _run.Executed;

    /// <summary>Items whose outcome the journal holds; 0 without a journal.</summary>
    public long Committed => _run.Committed;

    /// <summary>Items that had succeeded in an earlier run of the batch.</summary>
    public long Resumed => _run.Resumed;

    /// <summary>Units of -UsageLimit that the batch has spent or holds.</summary>
    public double UsageSpent => _run.UsageSpent;

    /// <summary>Items whose outcome was handed to the caller.</summary>
    public long Emitted => _run.Emitted;

    /// <summary>Attempts that were started.</summary>
    public long Attempts => _run.Attempts;

    /// <summary>Share (0 to 1) of ended items that succeeded.</summary>
    public double SuccessRate => _run.SuccessRate;

    /// <summary>Time from start to end, or until now.</summary>
    public TimeSpan Duration => _run.Duration;

    /// <summary>Ended items per second.</summary>
    public double ItemsPerSecond => _run.ItemsPerSecond;

    /// <summary>Sum of the times that the items' attempts took, in seconds.</summary>
    public double ItemSeconds => _run.ItemSeconds;

    /// <summary>ItemSeconds / Duration.</summary>
    public double Speedup => _run.Speedup;

    /// <summary>Most items at work at once.</summary>
    public int PeakConcurrency => _run.PeakConcurrency;

    /// <summary>Mean number of items at work.</summary>
    public double MeanConcurrency => _run.MeanConcurrency;

    /// <summary>Attempts at work now.</summary>
    public int Running => _run.Running;

    /// <summary>Items that wait for their next attempt now.</summary>
    public int Retrying => _run.Retrying;

    /// <summary>Workers that were opened.</summary>
    public int Workers => _workers();

    /// <summary>Attempts that the service throttled (429).</summary>
    public long RateLimitHits => _run.RateLimitHits;

    /// <summary>How often the circuit breaker opened.</summary>
    public int BreakerTrips => _run.BreakerTrips;

    /// <summary>Items whose work ignored its stop and was left behind.</summary>
    public int Abandoned => _run.Abandoned;

    /// <summary>Share (0 to 1) of ended items whose outcome was taken from an equal item's or from the journal.</summary>
    public double CacheHitRate => _run.CacheHitRate;

    /// <summary>Whether a failure trigger made the run go on one at a time.</summary>
    public bool FellBackToSequential => _run.FellBackToSequential;

    /// <summary>Why the run stopped early; None when it did not.</summary>
    public OutcomeReason Reason => _run.StopReason;

    /// <summary>The live concurrency limit over time.</summary>
    public IReadOnlyList<LimitChange> Limits => _run.Limits.ToArray(); // a type that scripts can index
}
