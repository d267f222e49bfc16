using BatchOps.Emulators.Hosting;
using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Google;

/// <summary>The options of the Google emulator on the command line.</summary>
internal sealed class GoogleCommand : EmulatorCommand
{
    private readonly GoogleEmulatorOptions _options = new();
    private readonly List<(string Id, string Path)> _images = [];
    private int _slides;

    public GoogleCommand() => Options = Describe(_options);

    public override string Name => "google";

    public override string Summary => $"""
        Google Slides v1 at /v1/presentations and Google Drive v3 at /drive/v3/files; GET /stats and POST /reset.
        With --demo yes it has the template '{DemoTemplate.Id}', with --slides N the template '{SlidesTemplate.Id}'.
        """;

    public override CommandLine Options { get; }

    public override async Task<IEmulator> StartAsync(CancellationToken cancellationToken)
    {
        var emulator = await GoogleEmulator.StartAsync(_options, cancellationToken);
        foreach (var (id, path) in _images)
        {
            emulator.Store.AddFile(Path.GetFileName(path), "image/png", await File.ReadAllBytesAsync(path, cancellationToken), file => file with
            {
                Id = id,
                Permissions = [.. file.Permissions, StoredPermission.Anyone],
            });
        }

        if (_slides > 0)
        {
            SlidesTemplate.AddTo(emulator.Store, _slides);
        }

        return emulator;
    }

    private CommandLine Describe(GoogleEmulatorOptions o)
    {
        var line = new CommandLine()
            .Whole("port", "port to listen on; 0 is any free one", o.Port, 0, 65_535, value => o.Port = (int)value)
            .Text("token", "TOKEN", "access token that clients must send as 'Authorization: Bearer TOKEN'", "none", value => o.AccessTokens = [new AccessToken(value, "user")])
            .Choice("demo", "start with a template presentation", "no", YesNo, value => o.Demo = value)
            .Whole("slides", "start with a template of so many slides", _slides, 0, 1000, value => _slides = (int)value)
            .Text("image", "ID=PATH", "image that is shared with anyone, at /uc?id=ID; may be given more than once", "none", value => _images.Add(ParseImage(value)))
            .Whole("seed", "what chance goes by", (long)o.Seed, 0, long.MaxValue, value => o.Seed = (ulong)value)
            .Milliseconds("read-latency", "time to the answer of a read, in milliseconds", o.ReadLatency, value => o.ReadLatency = value)
            .Milliseconds("write-latency", "time to the answer of a write, in milliseconds", o.WriteLatency, value => o.WriteLatency = value)
            .Whole("reads", "reads of Slides a minute and project; 0 is no limit, Google has 3000", o.ReadsPerMinute, 0, int.MaxValue, value => o.ReadsPerMinute = (int)value)
            .Whole("reads-per-user", "reads of Slides a minute and user; 0 is no limit, Google has 600", o.ReadsPerMinutePerUser, 0, int.MaxValue, value => o.ReadsPerMinutePerUser = (int)value)
            .Whole("writes", "writes of Slides a minute and project; 0 is no limit, Google has 600", o.WritesPerMinute, 0, int.MaxValue, value => o.WritesPerMinute = (int)value)
            .Whole("writes-per-user", "writes of Slides a minute and user; 0 is no limit, Google has 60", o.WritesPerMinutePerUser, 0, int.MaxValue, value => o.WritesPerMinutePerUser = (int)value)
            .Whole("drive-requests", "requests to Drive a minute and project; 0 is no limit, Google has 12000", o.DriveRequestsPerMinute, 0, int.MaxValue, value => o.DriveRequestsPerMinute = (int)value)
            .Whole("drive-requests-per-user", "requests to Drive a minute and user; 0 is no limit, Google has 12000", o.DriveRequestsPerMinutePerUser, 0, int.MaxValue, value => o.DriveRequestsPerMinutePerUser = (int)value)
            .Choice("quota", "how the limits are measured", "sliding", [("sliding", QuotaKind.SlidingWindow), ("bucket", QuotaKind.TokenBucket)], value => o.Quota = value)
            .Seconds("quota-window", "over how many seconds the limits a minute are measured", o.QuotaWindow, value => o.QuotaWindow = value)
            .Choice("quota-status", "status of a refusal for a quota", "429", [("429", false), ("403", true)], value => o.QuotaAs403 = value)
            .Text("hints", "LIST", "how it says when to come back: none, or of header,info,window", "none", value => o.Hints = ParseHints(value))
            .Seconds("throttle-wait", "what a 429 asks to wait that is no matter of a quota", o.ThrottleWait, value => o.ThrottleWait = value)
            .Choice("no-storage", "files can be made in shared drives only", "no", YesNo, value => o.NoStorage = value)
            .Choice("no-publishing", "nothing can be shared with anyone", "no", YesNo, value => o.PublishOutNotPermitted = value)
            .Text("shared-drive", "ID", "folder that lies in a shared drive", "none", value => o.SharedDriveFolders = [value]);

        var rates = new Dictionary<FaultKind, double>();
        o.FaultRates = rates;
        foreach (var (word, kind, help) in new[]
        {
            ("drop-before", FaultKind.DropBefore, "connections that end before the request is applied"),
            ("drop-after", FaultKind.DropAfter, "connections that end after it, without an answer"),
            ("fail-500", FaultKind.Status500, "requests that are answered with 500"),
            ("fail-503", FaultKind.Status503, "requests that are answered with 503"),
            ("fail-503-after", FaultKind.Status503After, "requests that are applied and answered with 503"),
            ("fail-502", FaultKind.Html502, "requests that are answered with 502 and HTML"),
            ("stall", FaultKind.Stall, "requests that are never answered"),
            ("stall-after", FaultKind.StallAfter, "requests that are applied and not answered to the end"),
            ("throttle", FaultKind.Throttle, "requests that are answered with 429"),
        })
        {
            line.Share($"{word}-rate", $"share of {help}", value => rates[kind] = value);
        }

        return line;
    }

    private static IReadOnlyList<(string Word, bool Value)> YesNo => [("no", false), ("yes", true)];

    private static (string Id, string Path) ParseImage(string value) => value.Split('=', 2) is [{ Length: > 0 } id, { Length: > 0 } path] && File.Exists(path)
        ? (id, path)
        : throw new CommandLineException($"--image cannot be '{value}': it takes an id, '=' and the path of a file.");

    private static QuotaHints ParseHints(string list)
    {
        var hints = QuotaHints.None;
        foreach (var word in list.Split(','))
        {
            hints |= word switch
            {
                "none" when list == "none" => QuotaHints.None,
                "header" => QuotaHints.RetryAfter,
                "info" => QuotaHints.RetryInfo,
                "window" => QuotaHints.WindowStart,
                _ => throw new CommandLineException($"--hints cannot be '{list}': it takes none, or of header, info and window, with commas between them."),
            };
        }

        return hints;
    }
}
