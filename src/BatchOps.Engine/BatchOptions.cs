namespace BatchOps.Engine;

/// <summary>Everything a run can be told. Validated once, when the run is made, with all errors in one message.</summary>
public sealed record BatchOptions
{
    /// <summary>The smallest number of items a run holds at once.</summary>
    public const int MinimumCredits = 256;

    // Items go on while those before them are being committed.
    private const int CreditsPerCommit = 4;

    /// <summary>Most items at work at once in this run; below a shared throttle, this run's own cap.</summary>
    /// <value>1 to 100,000; default 5.</value>
    public int ThrottleLimit { get; init; } = 5;

    /// <summary>One item at a time: an item starts only when the one before it has ended, its retries included.</summary>
    /// <value>Default false. Wins over <see cref="ThrottleLimit"/>.</value>
    public bool Sequential { get; init; }

    /// <summary>Deliver outcomes in input order instead of completion order.</summary>
    /// <value>Default false.</value>
    public bool Ordered { get; init; }

    /// <summary>Items with equal <see cref="ItemTraits.Key"/> run once; the others get a copy of that outcome.</summary>
    /// <value>Default false.</value>
    public bool Deduplicate { get; init; }

    /// <summary>A throttle that several runs share; null for one of this run's own, made from <see cref="ThrottleOptions"/>.</summary>
    public BatchThrottle? Throttle { get; init; }

    /// <summary>Rate limit, adaptive limit, breaker and call limits of this run's own throttle; not together with <see cref="Throttle"/>.</summary>
    public ThrottleOptions? ThrottleOptions { get; init; }

    /// <summary>Further attempts after a transient or throttled one.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>Longest time for one attempt, waiting for admission not included.</summary>
    /// <value>More than 0; default null: no limit.</value>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>Longest time for one item from its first admission, retries included.</summary>
    /// <value>More than 0; default null: no limit.</value>
    public TimeSpan? ItemTimeout { get; init; }

    /// <summary>Longest time for the whole run.</summary>
    /// <value>More than 0; default null: no limit.</value>
    public TimeSpan? RunTimeout { get; init; }

    /// <summary>Longest time an item may wait for admission; then it is skipped.</summary>
    /// <value>More than 0; default null: no limit.</value>
    public TimeSpan? WaitTimeout { get; init; }

    /// <summary>How long work that was told to stop may take before it is abandoned.</summary>
    /// <value>0 or more; default 1.5 seconds, so that a canceled run ends within 2.</value>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Least time between two starts of this run.</summary>
    /// <value>0 or more; default 0.</value>
    public TimeSpan Stagger { get; init; }

    /// <summary>Share of failed items above which this run goes on one at a time.</summary>
    /// <value>0 to 1; default null: never.</value>
    public double? SequentialAbove { get; init; }

    /// <summary>Share of throttled attempts above which this run goes on one at a time.</summary>
    /// <value>0 to 1; default null: never.</value>
    public double? SequentialAboveThrottled { get; init; }

    /// <summary>Share of failed items above which no further item starts.</summary>
    /// <value>0 to 1; default null: never.</value>
    public double? StopAbove { get; init; }

    /// <summary>Cancel the run when an item ends as <see cref="ItemStatus.Failed"/> or <see cref="ItemStatus.TimedOut"/>, before any other item starts.</summary>
    /// <value>Default false.</value>
    public bool CancelOnFailure { get; init; }

    /// <summary>The batch that the run belongs to across crashes and resumes. With a name, items that have a key get an identity.</summary>
    /// <value>Default null: none; a journal needs one.</value>
    public string? BatchName { get; init; }

    /// <summary>Attempts are run by workers elsewhere, which start them some time after they were handed out.</summary>
    /// <value>
    /// Default false. With it the time of an attempt, its timeout included, begins when its start is announced; and with a
    /// journal an item is handed out only when its row is on the disk.
    /// </value>
    public bool Remote { get; init; }

    /// <summary>Where the run is journalled, and what it takes from what is there already; null for no journal.</summary>
    /// <remarks>With a journal every item needs an <see cref="ItemTraits.Key"/>.</remarks>
    public JournalOptions? Journal { get; init; }

    /// <summary>Units that the batch may spend; with a journal all its runs since it began together, else this run.</summary>
    /// <value>0 or more; default null: no limit.</value>
    public double? UsageLimit { get; init; }

    /// <summary>Most items that are read and not yet delivered; bounds memory and is the reorder window of <see cref="Ordered"/>.</summary>
    /// <value>
    /// 1 or more, or <see cref="int.MaxValue"/> for no bound; default null: 256, or 8 times the limit when that is more;
    /// four times as many with a journal, where outcomes wait for the disk.
    /// </value>
    public int? Credits { get; init; }

    /// <summary>How many items will come, for percent and time left; null when unknown.</summary>
    /// <value>0 or more.</value>
    public long? TotalCount { get; init; }

    /// <summary>What metrics and spans of the run are called by; null for the defaults.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>Limits that the operation acquires by name for each call it makes; a shared throttle that has one of the name keeps its own.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, RateLimit> CallRates { get; init; } = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Where time comes from.</summary>
    /// <value>Default <see cref="TimeProvider.System"/>. A shared throttle must have the same.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the jitter of retries comes from.</summary>
    /// <value>Default <see cref="Random.Shared"/>.</value>
    public Random Random { get; init; } = Random.Shared;

    internal int EffectiveLimit => Sequential ? 1 : ThrottleLimit;

    /// <summary>One item at a time leaves nothing to adapt.</summary>
    internal ThrottleOptions? OwnThrottle => Sequential && ThrottleOptions is { Adaptive: true } ? ThrottleOptions with { Adaptive = false } : ThrottleOptions;

    internal int EffectiveCredits => Credits ?? (int)Math.Min(int.MaxValue, (Journal is null ? 1 : CreditsPerCommit) * Math.Max(MinimumCredits, 8L * EffectiveLimit));

    internal bool WatchesFailures => SequentialAbove is not null || SequentialAboveThrottled is not null || StopAbove is not null;

    /// <summary>Checks every option.</summary>
    /// <exception cref="BatchOptionsException">At least one option cannot work; its message names them all.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (ThrottleLimit is < 1 or > 100_000)
        {
            errors.Add($"ThrottleLimit is {ThrottleLimit}; it must lie between 1 and 100000.");
        }

        Retry.Validate(errors);
        RequirePositive(AttemptTimeout, nameof(AttemptTimeout), errors);
        RequirePositive(ItemTimeout, nameof(ItemTimeout), errors);
        RequirePositive(RunTimeout, nameof(RunTimeout), errors);
        RequirePositive(WaitTimeout, nameof(WaitTimeout), errors);
        RequireNotNegative(GracePeriod, nameof(GracePeriod), errors);
        RequireNotNegative(Stagger, nameof(Stagger), errors);
        RequireShare(SequentialAbove, nameof(SequentialAbove), errors);
        RequireShare(SequentialAboveThrottled, nameof(SequentialAboveThrottled), errors);
        RequireShare(StopAbove, nameof(StopAbove), errors);
        if (UsageLimit is { } units && !(units >= 0 && double.IsFinite(units)))
        {
            errors.Add($"UsageLimit is {units}; it must be 0 or more. Leave it out for no limit.");
        }

        if (Credits is < 1)
        {
            errors.Add($"Credits is {Credits}; it must be 1 or more.");
        }

        if (TotalCount is < 0)
        {
            errors.Add($"TotalCount is {TotalCount}; it must be 0 or more.");
        }

        if (Throttle is not null && ThrottleOptions is not null)
        {
            errors.Add("Throttle and ThrottleOptions are both given; a shared throttle brings its own limits, so leave one of them out.");
        }

        if (Throttle is not null && !ReferenceEquals(Throttle.TimeProvider, TimeProvider))
        {
            errors.Add("Throttle and run have different TimeProviders; give both the same one.");
        }

        ThrottleOptions?.Validate(errors);
        foreach (var (name, rate) in CallRates)
        {
            rate.Validate($"CallRates['{name}']", errors);
        }

        Journal?.Validate(errors);
        if (Journal is not null && string.IsNullOrWhiteSpace(BatchName))
        {
            errors.Add("BatchName is not given; a journal needs one, or a later run could not be told which batch to go on with.");
        }

        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }
    }

    private static void RequirePositive(TimeSpan? value, string name, List<string> errors)
    {
        if (value is { } span && span <= TimeSpan.Zero)
        {
            errors.Add($"{name} is {span.TotalSeconds} s; it must be more than 0. Leave it out for no limit.");
        }
    }

    private static void RequireNotNegative(TimeSpan value, string name, List<string> errors)
    {
        if (value < TimeSpan.Zero)
        {
            errors.Add($"{name} is {value.TotalSeconds} s; it must be 0 or more.");
        }
    }

    private static void RequireShare(double? value, string name, List<string> errors)
    {
        if (value is not null and not (>= 0 and <= 1))
        {
            errors.Add($"{name} is {value}; it is a share and must lie between 0 and 1.");
        }
    }
}
