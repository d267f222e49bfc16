using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Google;

/// <summary>
/// How the services behave. With nothing set they answer everything at once, to anyone. Rates are probabilities, 0 to 1,
/// decided for each request from <see cref="Seed"/>, its method, address and body, and how often it came before.
/// </summary>
public sealed record GoogleEmulatorOptions
{
    /// <value>0 (any free one).</value>
    public int Port { get; set; }

    /// <summary>The tokens that clients may send as <c>Authorization: Bearer</c>.</summary>
    /// <value>None: no token is needed, and one that is sent names a user.</value>
    public IReadOnlyList<AccessToken> AccessTokens { get; set; } = [];

    /// <value>1</value>
    public ulong Seed { get; set; } = 1;

    /// <summary>From the arrival of a request that reads to its answer.</summary>
    /// <value>None.</value>
    public TimeSpan ReadLatency { get; set; }

    /// <summary>From the arrival of a request that writes to its answer; it applies at the end of it. A refusal (4xx, 429) that needs no look at the data comes at once.</summary>
    /// <value>None.</value>
    public TimeSpan WriteLatency { get; set; }

    /// <summary>Reads of Slides a minute and project.</summary>
    /// <value>0 (no limit); the service has 3000.</value>
    public int ReadsPerMinute { get; set; }

    /// <summary>Reads of Slides a minute and user.</summary>
    /// <value>0 (no limit); the service has 600.</value>
    public int ReadsPerMinutePerUser { get; set; }

    /// <summary>Writes of Slides a minute and project; a batch is one, however many requests it holds.</summary>
    /// <value>0 (no limit); the service has 600.</value>
    public int WritesPerMinute { get; set; }

    /// <summary>Writes of Slides a minute and user.</summary>
    /// <value>0 (no limit); the service has 60.</value>
    public int WritesPerMinutePerUser { get; set; }

    /// <summary>Requests to Drive a minute and project, whatever they do.</summary>
    /// <value>0 (no limit); the service has 12000.</value>
    public int DriveRequestsPerMinute { get; set; }

    /// <summary>Requests to Drive a minute and user.</summary>
    /// <value>0 (no limit); the service has 12000.</value>
    public int DriveRequestsPerMinutePerUser { get; set; }

    /// <value><see cref="QuotaKind.SlidingWindow"/></value>
    public QuotaKind Quota { get; set; }

    /// <summary>The time over which the limits a minute are measured: a window holds its part of the limit, at least 1.</summary>
    /// <value>One minute; more than 0.</value>
    public TimeSpan QuotaWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How a refusal for a quota says when to come back.</summary>
    /// <value><see cref="QuotaHints.None"/></value>
    public QuotaHints Hints { get; set; }

    /// <summary>A quota is refused with 403 and <c>rateLimitExceeded</c> or <c>userRateLimitExceeded</c> instead of 429.</summary>
    /// <value>false</value>
    public bool QuotaAs403 { get; set; }

    /// <summary>What happens by chance: how likely each is. Their sum is at most 1.</summary>
    /// <value>Nothing.</value>
    public IReadOnlyDictionary<FaultKind, double> FaultRates { get; set; } = new Dictionary<FaultKind, double>();

    /// <summary>What happens to certain calls, whatever chance says.</summary>
    /// <value>Nothing.</value>
    public IReadOnlyList<FaultRule> FaultRules { get; set; } = [];

    /// <summary>What a <see cref="FaultKind.Throttle"/> asks to wait.</summary>
    /// <value>One second.</value>
    public TimeSpan ThrottleWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The users have no storage: files can be made in shared drives only (403 <c>storageQuotaExceeded</c>).</summary>
    /// <value>false</value>
    public bool NoStorage { get; set; }

    /// <summary>The ids of folders that lie in shared drives: their files are seen only with <c>supportsAllDrives</c>.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> SharedDriveFolders { get; set; } = [];

    /// <summary>Nothing can be shared with anyone (403 <c>publishOutNotPermitted</c>).</summary>
    /// <value>false</value>
    public bool PublishOutNotPermitted { get; set; }

    /// <summary>Starts with the presentation that <see cref="DemoTemplate"/> describes.</summary>
    /// <value>false</value>
    public bool Demo { get; set; }

    /// <summary>The clock of quotas, latency, expiry and dates.</summary>
    /// <value>The system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <exception cref="ArgumentException">What cannot be, all in one message.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        Check(Port is >= 0 and <= 65_535, nameof(Port), "0 to 65535");
        Check(QuotaWindow > TimeSpan.Zero, nameof(QuotaWindow), "more than 0");
        foreach (var (number, name) in new[]
        {
            (ReadsPerMinute, nameof(ReadsPerMinute)), (ReadsPerMinutePerUser, nameof(ReadsPerMinutePerUser)),
            (WritesPerMinute, nameof(WritesPerMinute)), (WritesPerMinutePerUser, nameof(WritesPerMinutePerUser)),
            (DriveRequestsPerMinute, nameof(DriveRequestsPerMinute)), (DriveRequestsPerMinutePerUser, nameof(DriveRequestsPerMinutePerUser)),
        })
        {
            Check(number >= 0, name, "0 or more");
        }

        foreach (var (time, name) in new[] { (ReadLatency, nameof(ReadLatency)), (WriteLatency, nameof(WriteLatency)), (ThrottleWait, nameof(ThrottleWait)) })
        {
            Check(time >= TimeSpan.Zero, name, "0 or more");
        }

        Check(FaultRates.Values.All(static rate => rate is >= 0 and <= 1) && FaultRates.Values.Sum() <= 1, nameof(FaultRates), "0 to 1 each, and at most 1 together");
        Check(FaultRules.All(static rule => rule is { From: >= 1, Times: >= 1 }), nameof(FaultRules), "of calls from 1 on, at least one");
        if (errors.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", errors));
        }

        void Check(bool isRight, string name, string allowed)
        {
            if (!isRight)
            {
                errors.Add($"{name} must be {allowed}.");
            }
        }
    }
}
