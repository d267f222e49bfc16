using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;

namespace BatchOps.PowerShell.Commands;

// The parameters that all batch cmdlets share: same name, same meaning everywhere.
public abstract partial class BatchCommand
{
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? InputObject { get; set; }

    [Parameter]
    [ValidateRange(1, 100_000)]
    public int ThrottleLimit { get; set; } = 5;

    [Parameter]
    public SwitchParameter Sequential { get; set; }

    [Parameter]
    public SwitchParameter Ordered { get; set; }

    [Parameter]
    [ValidateRateLimit]
    [ArgumentCompleter(typeof(RateLimitCompleter))]
    public string? RateLimit { get; set; }

    [Parameter]
    [ValidateRange(0.001, 1.0)]
    public double RateLimitShare { get; set; } = 0.8;

    [Parameter]
    [ValidateRange(1.0, 1e9)]
    public double RateBurst { get; set; } = 1;

    [Parameter]
    public object? RateCost { get; set; }

    [Parameter]
    [ValidateNotNull]
    public BatchThrottle? Throttle { get; set; }

    [Parameter]
    [ValidateRange(0, 1_000_000)]
    public int RetryCount { get; set; }

    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double RetryDelaySeconds { get; set; } = 1;

    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double RetryMaxDelaySeconds { get; set; } = 60;

    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? RetryWhen { get; set; }

    [Parameter]
    [ValidateRange(0.0, 604_800.0)]
    public double MaxRetryAfterSeconds { get; set; } = 300;

    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? AttemptTimeoutSeconds { get; set; }

    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? ItemTimeoutSeconds { get; set; }

    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? TimeoutSeconds { get; set; }

    [Parameter]
    [ValidateRange(0.001, 2_000_000.0)]
    public double? WaitTimeoutSeconds { get; set; }

    [Parameter]
    [ValidateRange(0.0, 86_400_000.0)]
    public double StaggerMilliseconds { get; set; }

    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? BreakAfter { get; set; }

    [Parameter]
    [ValidateRange(0.001, 604_800.0)]
    public double BreakSeconds { get; set; } = 60;

    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? SequentialAbove { get; set; }

    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? SequentialAboveThrottled { get; set; }

    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? StopAbove { get; set; }

    [Parameter]
    [ValidateNotNull]
    public object? Key { get; set; }

    [Parameter]
    public SwitchParameter Deduplicate { get; set; }

    [Parameter]
    [ValidateNotNull]
    public object? SerializeBy { get; set; }

    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long? TotalCount { get; set; }

    [Parameter]
    public SwitchParameter AsResult { get; set; }

    [Parameter]
    public SwitchParameter AsJob { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SummaryVariable { get; set; }

    // With a shared throttle these would be two answers to one question.
    private static readonly string[] ThrottleParameters = [nameof(RateLimit), nameof(RateLimitShare), nameof(RateBurst), nameof(BreakAfter), nameof(BreakSeconds)];

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Translates the parameters to the engine's options.</summary>
    private BatchOptions ToOptions()
    {
        if (Throttle is not null && ThrottleParameters.FirstOrDefault(IsGiven) is { } conflict)
        {
            throw new BatchArgumentException("ThrottleConflict", $"-Throttle and -{conflict} are both given; a shared throttle brings its own. Give -{conflict} to New-BatchThrottle, or leave -Throttle out.", Throttle);
        }

        return new BatchOptions
        {
            ThrottleLimit = ThrottleLimit,
            Sequential = Sequential,
            Ordered = Ordered,
            Deduplicate = Deduplicate,
            Throttle = Throttle,
            ThrottleOptions = Throttle is not null ? null : new ThrottleOptions
            {
                Rate = RateLimit is null ? null : Engine.RateLimit.Parse(RateLimit) with { Share = RateLimitShare, Burst = RateBurst },
                BreakAfter = BreakAfter,
                BreakDuration = TimeSpan.FromSeconds(BreakSeconds),
            },
            Retry = new RetryOptions
            {
                Count = RetryCount,
                Delay = TimeSpan.FromSeconds(RetryDelaySeconds),
                MaxDelay = TimeSpan.FromSeconds(RetryMaxDelaySeconds),
                MaxRetryAfter = TimeSpan.FromSeconds(MaxRetryAfterSeconds),
            },
            AttemptTimeout = Seconds(AttemptTimeoutSeconds),
            ItemTimeout = Seconds(ItemTimeoutSeconds),
            RunTimeout = Seconds(TimeoutSeconds),
            WaitTimeout = Seconds(WaitTimeoutSeconds),
            Stagger = TimeSpan.FromMilliseconds(StaggerMilliseconds),
            SequentialAbove = SequentialAbove,
            SequentialAboveThrottled = SequentialAboveThrottled,
            StopAbove = StopAbove,
            CancelOnFailure = _stopsAtFirstFailure,
            Credits = AsJob ? int.MaxValue : null,
            TotalCount = TotalCount,
        };
    }

    private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
