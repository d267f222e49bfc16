using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// How the service behaves. With nothing set it answers everything at once. Rates are probabilities, 0 to 1, decided for
/// each request from <see cref="Seed"/>, its body and how often that body passed the limits before; the first that falls of
/// Throttle, Fail, Drop, Broken decides, and Slow, Endless and Cut come on top of a whole answer.
/// </summary>
public sealed record ChatEmulatorOptions
{
    /// <value>0 (any free one).</value>
    public int Port { get; set; }

    /// <summary>The key that clients must send as <c>Authorization: Bearer</c>.</summary>
    /// <value>None needed.</value>
    public string? ApiKey { get; set; }

    /// <value>1</value>
    public ulong Seed { get; set; } = 1;

    /// <summary>From the arrival of a request to its answer. A refusal (4xx, 429) comes at once.</summary>
    /// <value>None.</value>
    public TimeSpan Latency { get; set; }

    /// <summary>What is added to the latency at most, spread evenly.</summary>
    /// <value>None.</value>
    public TimeSpan LatencySpread { get; set; }

    /// <summary>Requests a minute; those that are refused with 429 are not counted, those that fail later are.</summary>
    /// <value>0 (no limit)</value>
    public int RequestsPerMinute { get; set; }

    /// <summary>Tokens of requests and answers a minute, taken when a request arrives. Four characters are a token.</summary>
    /// <value>0 (no limit)</value>
    public int TokensPerMinute { get; set; }

    /// <value><see cref="QuotaKind.SlidingWindow"/></value>
    public QuotaKind Quota { get; set; }

    /// <summary>
    /// The time over which the limits a minute are measured, as services do that count 600 a minute as 10 a second: a window
    /// holds its part of the limit, at least 1.
    /// </summary>
    /// <value>One minute; more than 0.</value>
    public TimeSpan QuotaWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>More requests than this at once are refused with 429.</summary>
    /// <value>0 (no limit)</value>
    public int MaxConcurrent { get; set; }

    /// <summary>How a 429 says when to come back.</summary>
    /// <value>Seconds, milliseconds and reset times, as the service does.</value>
    public RetryHints Hints { get; set; } = RetryHints.Seconds | RetryHints.Milliseconds | RetryHints.Reset;

    /// <summary>What a 429 asks to wait that is no matter of a quota: too many at once, or chance.</summary>
    /// <value>One second.</value>
    public TimeSpan ThrottleWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Refused with 429 by chance.</summary>
    /// <value>0</value>
    public double ThrottleRate { get; set; }

    /// <summary>Failed with <see cref="FailStatus"/>, after the latency.</summary>
    /// <value>0</value>
    public double FailRate { get; set; }

    /// <value>503; 500 to 599.</value>
    public int FailStatus { get; set; } = 503;

    /// <summary>The connection ends in the middle of the answer.</summary>
    /// <value>0</value>
    public double DropRate { get; set; }

    /// <summary>A 200 whose body is the first half of the JSON.</summary>
    /// <value>0</value>
    public double BrokenRate { get; set; }

    /// <summary>The model breaks off half-way: a whole answer with half the content and the finish reason <c>length</c>.</summary>
    /// <value>0</value>
    public double CutRate { get; set; }

    /// <summary>The model repeats itself without end: the most tokens that the client wants and the finish reason <c>length</c>, or no answer at all when it wants none.</summary>
    /// <value>0</value>
    public double EndlessRate { get; set; }

    /// <summary>The body comes in pieces that take <see cref="SlowTime"/> together.</summary>
    /// <value>0</value>
    public double SlowRate { get; set; }

    /// <value>One second.</value>
    public TimeSpan SlowTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When the outage begins, from the start or the last reset.</summary>
    /// <value>At once.</value>
    public TimeSpan OutageAfter { get; set; }

    /// <summary>How long the outage lasts.</summary>
    /// <value>None: there is no outage.</value>
    public TimeSpan OutageTime { get; set; }

    /// <value><see cref="OutageKind.Status503"/></value>
    public OutageKind OutageAs { get; set; }

    /// <value><see cref="ChatDialect.OpenAI"/></value>
    public ChatDialect Dialect { get; set; }

    /// <summary>The models by their names: functions of the request, so that what they answer can be checked. What they throw is answered with 500.</summary>
    /// <value><see cref="ChatModels.BuiltIn"/></value>
    public IReadOnlyDictionary<string, Func<ChatRequest, string>> Models { get; set; } = ChatModels.BuiltIn;

    /// <summary>The clock of quotas, latency, slow bodies and outage.</summary>
    /// <value>The system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <exception cref="ArgumentException">What cannot be, all in one message.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        Check(Port is >= 0 and <= 65_535, nameof(Port), "0 to 65535");
        Check(ApiKey != "", nameof(ApiKey), "null or a text");
        Check(FailStatus is >= 500 and <= 599, nameof(FailStatus), "500 to 599");
        Check(QuotaWindow > TimeSpan.Zero, nameof(QuotaWindow), "more than 0");
        foreach (var (number, name) in new[] { (RequestsPerMinute, nameof(RequestsPerMinute)), (TokensPerMinute, nameof(TokensPerMinute)), (MaxConcurrent, nameof(MaxConcurrent)) })
        {
            Check(number >= 0, name, "0 or more");
        }

        foreach (var (rate, name) in new[]
        {
            (ThrottleRate, nameof(ThrottleRate)), (FailRate, nameof(FailRate)), (DropRate, nameof(DropRate)),
            (BrokenRate, nameof(BrokenRate)), (CutRate, nameof(CutRate)), (EndlessRate, nameof(EndlessRate)), (SlowRate, nameof(SlowRate)),
        })
        {
            Check(rate is >= 0 and <= 1, name, "0 to 1");
        }

        foreach (var (time, name) in new[]
        {
            (Latency, nameof(Latency)), (LatencySpread, nameof(LatencySpread)), (ThrottleWait, nameof(ThrottleWait)),
            (SlowTime, nameof(SlowTime)), (OutageAfter, nameof(OutageAfter)), (OutageTime, nameof(OutageTime)),
        })
        {
            Check(time >= TimeSpan.Zero, name, "0 or more");
        }

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
