using BatchOps.Emulators.Hosting;
using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Chat;

/// <summary>The options of the chat emulator on the command line.</summary>
internal sealed class ChatCommand : EmulatorCommand
{
    private readonly ChatEmulatorOptions _options = new();

    public ChatCommand() => Options = Describe(_options);

    public override string Name => "chat";

    public override string Summary => $"""
        A chat-completions service as OpenAI's: POST /v1/chat/completions, GET /v1/models; GET /stats and POST /reset.
        Models: {string.Join(", ", ChatModels.BuiltIn.Keys)}.
        """;

    public override CommandLine Options { get; }

    public override async Task<IEmulator> StartAsync(CancellationToken cancellationToken) => await ChatEmulator.StartAsync(_options, cancellationToken);

    private static CommandLine Describe(ChatEmulatorOptions o) => new CommandLine()
        .Whole("port", "port to listen on; 0 is any free one", o.Port, 0, 65_535, value => o.Port = (int)value)
        .Text("api-key", "KEY", "key that clients must send as 'Authorization: Bearer KEY'", "none", value => o.ApiKey = value)
        .Whole("seed", "what chance goes by", (long)o.Seed, 0, long.MaxValue, value => o.Seed = (ulong)value)
        .Milliseconds("latency", "time to an answer, in milliseconds", o.Latency, value => o.Latency = value)
        .Milliseconds("latency-spread", "up to so many milliseconds more, spread evenly", o.LatencySpread, value => o.LatencySpread = value)
        .Whole("rpm", "requests a minute; 0 is no limit", o.RequestsPerMinute, 0, int.MaxValue, value => o.RequestsPerMinute = (int)value)
        .Whole("tpm", "tokens a minute, of request and answer; 0 is no limit", o.TokensPerMinute, 0, int.MaxValue, value => o.TokensPerMinute = (int)value)
        .Choice("quota", "how the limits are measured", "sliding", [("sliding", QuotaKind.SlidingWindow), ("bucket", QuotaKind.TokenBucket)], value => o.Quota = value)
        .Seconds("quota-window", "over how many seconds the limits a minute are measured", o.QuotaWindow, value => o.QuotaWindow = value)
        .Whole("concurrent", "requests at once; 0 is no limit", o.MaxConcurrent, 0, int.MaxValue, value => o.MaxConcurrent = (int)value)
        .Text("hints", "LIST", "how a 429 says when to come back: none, or of seconds,date,ms,reset", "seconds,ms,reset", value => o.Hints = ParseHints(value))
        .Seconds("throttle-wait", "what a 429 asks to wait that is no matter of a quota", o.ThrottleWait, value => o.ThrottleWait = value)
        .Share("throttle-rate", "share of requests that are answered with 429", value => o.ThrottleRate = value)
        .Share("fail-rate", "share that fails", value => o.FailRate = value)
        .Whole("fail-status", "status of those", o.FailStatus, 500, 599, value => o.FailStatus = (int)value)
        .Share("drop-rate", "share whose connection ends in the middle of the answer", value => o.DropRate = value)
        .Share("broken-rate", "share that gets the first half of the JSON", value => o.BrokenRate = value)
        .Share("cut-rate", "share whose model breaks off half-way (finish_reason 'length')", value => o.CutRate = value)
        .Share("endless-rate", "share whose model repeats itself until the client's limit, or for ever", value => o.EndlessRate = value)
        .Share("slow-rate", "share whose body comes slowly", value => o.SlowRate = value)
        .Milliseconds("slow-time", "how many milliseconds such a body takes", o.SlowTime, value => o.SlowTime = value)
        .Seconds("outage-after", "seconds to the begin of an outage", o.OutageAfter, value => o.OutageAfter = value)
        .Seconds("outage-time", "how many seconds it lasts", o.OutageTime, value => o.OutageTime = value)
        .Choice("dialect", "whose schemas and errors", "openai", [("openai", ChatDialect.OpenAI), ("gemini", ChatDialect.Gemini)], value => o.Dialect = value)
        .Choice("outage-as", "what clients see of it", "503", [("503", OutageKind.Status503), ("drop", OutageKind.Drop)], value => o.OutageAs = value);

    private static RetryHints ParseHints(string list)
    {
        var hints = RetryHints.None;
        foreach (var word in list.Split(','))
        {
            hints |= word switch
            {
                "none" when list == "none" => RetryHints.None,
                "seconds" => RetryHints.Seconds,
                "date" => RetryHints.Date,
                "ms" => RetryHints.Milliseconds,
                "reset" => RetryHints.Reset,
                _ => throw new CommandLineException($"--hints cannot be '{list}': it takes none, or of seconds, date, ms and reset, with commas between them."),
            };
        }

        return hints;
    }
}
