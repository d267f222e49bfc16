using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Operations;

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
    public SwitchParameter Adaptive { get; set; }

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
    [ValidateNotNullOrEmpty]
    public string? Journal { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BatchNameCompleter))]
    public string? Name { get; set; }

    [Parameter]
    public SwitchParameter Resume { get; set; }

    [Parameter]
    public SwitchParameter SkipCompleted { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public JournalContent JournalContent { get; set; } = JournalContent.Results;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OperationVersion { get; set; }

    [Parameter]
    [ValidateRange(0.001, 1e9)]
    public double? CacheSeconds { get; set; }

    [Parameter]
    [ValidateRange(0.0, 1e15)]
    public double? UsageLimit { get; set; }

    [Parameter]
    public object? UsageCost { get; set; }

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
    private static readonly string[] ThrottleParameters = [nameof(Adaptive), nameof(RateLimit), nameof(RateLimitShare), nameof(RateBurst), nameof(BreakAfter), nameof(BreakSeconds)];

    // Without a journal these would be promises that nobody keeps.
    private static readonly string[] JournalParameters = [nameof(Resume), nameof(SkipCompleted), nameof(Force), nameof(JournalContent), nameof(CacheSeconds), nameof(OperationVersion)];

    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    /// <summary>Translates the parameters to the engine's options.</summary>
    private BatchOptions ToOptions(ItemOperation operation)
    {
        if (Throttle is not null && ThrottleParameters.FirstOrDefault(IsGiven) is { } conflict)
        {
            throw new BatchArgumentException("ThrottleConflict", $"-Throttle and -{conflict} are both given; a shared throttle brings its own. Give -{conflict} to New-BatchThrottle, or leave -Throttle out.", Throttle);
        }

        return new BatchOptions
        {
            ThrottleLimit = ThrottleLimit,
            Remote = operation.IsRemote,
            Sequential = Sequential,
            Ordered = Ordered,
            Deduplicate = Deduplicate,
            BatchName = NeedsIdentity(operation) ? BatchName : null,
            Journal = ToJournalOptions(operation),
            UsageLimit = UsageLimit,
            CallRates = operation.CallRates,
            Telemetry = new TelemetryOptions { Batch = Name, Command = MyInvocation.MyCommand.Name, Original = static error => ItemErrors.Original(error)?.Exception },
            Throttle = Throttle,
            ThrottleOptions = Throttle is not null ? null : new ThrottleOptions
            {
                Adaptive = Adaptive,
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

    /// <summary>The batch: as named, else the place of the call. A file's folder and a session's history differ from machine to machine.</summary>
    private string BatchName => Name ?? (string.IsNullOrEmpty(MyInvocation.ScriptName)
        ? "interactive"
        : $"{Path.GetFileName(MyInvocation.ScriptName)}:{MyInvocation.ScriptLineNumber}");

    private bool NeedsIdentity(ItemOperation operation) => Journal is not null || operation.AsksForIdentity;

    private JournalOptions? ToJournalOptions(ItemOperation operation)
    {
        if (Journal is null)
        {
            return JournalParameters.FirstOrDefault(IsGiven) is { } orphan
                ? throw new BatchArgumentException("JournalRequired", $"-{orphan} is given without -Journal. Name the journal file, such as -Journal run.db.", target: null)
                : null;
        }

        RequireJournalContent();
        return new JournalOptions
        {
            Path = JournalPath.Resolve(SessionState, nameof(Journal), Journal),
            OperationHash = OperationVersion is null ? operation.Hash() : $"version:{OperationVersion}",
            Resume = Resume,
            SkipCompleted = SkipCompleted,
            ReadSkipped = SkipCompleted && operation.PutsItemsTogether,
            Force = Force,
            Content = JournalContent,
            CacheFor = Seconds(CacheSeconds),
            Command = MyInvocation.MyCommand.Name,
            ScriptFile = string.IsNullOrEmpty(MyInvocation.ScriptName) ? null : MyInvocation.ScriptName,
            ScriptLine = string.IsNullOrEmpty(MyInvocation.ScriptName) ? null : MyInvocation.ScriptLineNumber,
        };
    }

    private void RequireJournalContent()
    {
        if (Resume && JournalContent == JournalContent.None)
        {
            throw new BatchArgumentException("ResumeNeedsKeys", "-Resume and -JournalContent None are both given; a journal without keys can't be resumed from. Use -JournalContent Results, or Keys with -SkipCompleted.", JournalContent);
        }

        if (Resume && !SkipCompleted && JournalContent == JournalContent.Keys)
        {
            throw new BatchArgumentException("ResumeNeedsResults", "-Resume and -JournalContent Keys are both given; without results what succeeded can't be emitted again. Use -JournalContent Results, or add -SkipCompleted.", JournalContent);
        }

        if (SkipCompleted && !Resume)
        {
            throw new BatchArgumentException("SkipCompletedNeedsResume", "-SkipCompleted is given without -Resume; a batch that begins anew has nothing to skip. Add -Resume.", target: null);
        }

        if (Force && !Resume)
        {
            throw new BatchArgumentException("ForceNeedsResume", "-Force is given without -Resume; a batch that begins anew asks nothing that could be forced. Add -Resume, or leave -Force out.", target: null);
        }

        if (CacheSeconds is not null && JournalContent < JournalContent.Results)
        {
            throw new BatchArgumentException("CacheNeedsResults", $"-CacheSeconds and -JournalContent {JournalContent} are both given; without results there is nothing to use again. Use -JournalContent Results.", JournalContent);
        }
    }

    private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
