using System.Collections;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;

namespace BatchOps.PowerShell.Commands;

/// <summary>Makes a throttle that several runs can share.</summary>
[Cmdlet(VerbsCommon.New, "BatchThrottle")]
[OutputType(typeof(BatchThrottle))]
public sealed class NewBatchThrottleCommand : PSCmdlet
{
    [Parameter(Position = 0)]
    [ValidateRange(1, 100_000)]
    public int? ThrottleLimit { get; set; }

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
    [ValidateNotNull]
    public IDictionary? CallLimit { get; set; }

    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? BreakAfter { get; set; }

    [Parameter]
    [ValidateRange(0.001, 604_800.0)]
    public double BreakSeconds { get; set; } = 60;

    protected override void ProcessRecord()
    {
        try
        {
            WriteObject(new BatchThrottle(new ThrottleOptions
            {
                ThrottleLimit = ThrottleLimit,
                Adaptive = Adaptive,
                Rate = RateLimit is null ? null : Parse(RateLimit),
                CallRates = CallRates(),
                BreakAfter = BreakAfter,
                BreakDuration = TimeSpan.FromSeconds(BreakSeconds),
            }));
        }
        catch (Exception error) when (error is BatchOptionsException or FormatException)
        {
            ThrowTerminatingError(new ErrorRecord(error, "BatchOptionsInvalid", ErrorCategory.InvalidArgument, targetObject: null));
        }
    }

    private RateLimit Parse(string text) => Engine.RateLimit.Parse(text) with { Share = RateLimitShare, Burst = RateBurst };

    private Dictionary<string, RateLimit> CallRates()
    {
        var rates = new Dictionary<string, RateLimit>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in CallLimit ?? new Hashtable())
        {
            rates[entry.Key.ToString()!] = Parse(entry.Value?.ToString() ?? string.Empty);
        }

        return rates;
    }
}
