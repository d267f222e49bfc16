using System.Globalization;
using System.Text.Json.Nodes;
using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Google;

/// <summary>Reads and writes of Slides, and requests to Drive, a minute: of the project and of each user. A request takes of both or of none.</summary>
internal sealed class GoogleQuota(GoogleEmulatorOptions options)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _sync = new();
    private readonly Dictionary<(string Metric, string? User), IMeter?> _meters = [];
    private readonly long _start = options.TimeProvider.GetTimestamp();

    /// <exception cref="GoogleError">There is nothing left.</exception>
    public void Take(GoogleMethod method, string user)
    {
        var (metric, ofProject, ofUser) = method switch
        {
            { Api: GoogleApi.Drive } => ("Queries", options.DriveRequestsPerMinute, options.DriveRequestsPerMinutePerUser),
            { IsWrite: true } => ("Write requests", options.WritesPerMinute, options.WritesPerMinutePerUser),
            _ => ("Read requests", options.ReadsPerMinute, options.ReadsPerMinutePerUser),
        };
        lock (_sync)
        {
            var now = options.TimeProvider.GetElapsedTime(_start);
            var project = Meter(metric, null, ofProject);
            var own = Meter(metric, user, ofUser);
            var forProject = project?.WaitFor(1, now) ?? TimeSpan.Zero;
            var forUser = own?.WaitFor(1, now) ?? TimeSpan.Zero;
            if (forUser > TimeSpan.Zero || forProject > TimeSpan.Zero)
            {
                throw Refusal(method.Api, metric, forUser >= forProject ? ofUser : ofProject, forUser >= forProject, forUser >= forProject ? forUser : forProject);
            }

            project?.Take(1, now);
            own?.Take(1, now);
        }
    }

    /// <summary>A refusal that is no matter of a quota.</summary>
    public GoogleError Throttle(GoogleMethod method) => Refusal(
        method.Api,
        method.Api == GoogleApi.Drive ? "Queries" : method.IsWrite ? "Write requests" : "Read requests",
        0,
        isUser: true,
        options.ThrottleWait);

    private IMeter? Meter(string metric, string? user, int aMinute)
    {
        if (!_meters.TryGetValue((metric, user), out var meter))
        {
            _meters[(metric, user)] = meter = IMeter.Of(aMinute, options.QuotaWindow, options.Quota);
        }

        return meter;
    }

    private GoogleError Refusal(GoogleApi api, string metric, int limit, bool isUser, TimeSpan wait)
    {
        var service = api == GoogleApi.Slides ? "slides.googleapis.com" : "drive.googleapis.com";
        var per = isUser ? " per user" : "";
        var message = $"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute{per}' of service '{service}' for consumer 'project_number:123456789012'.";
        var metadata = new JsonObject
        {
            ["service"] = service,
            ["consumer"] = "projects/123456789012",
            ["quota_metric"] = $"{service}/{metric.ToLowerInvariant().Replace(' ', '_')}",
            ["quota_limit"] = $"{metric.Replace(" requests", "Requests", StringComparison.Ordinal)}PerMinute{(isUser ? "PerUser" : "")}",
            ["quota_limit_value"] = limit.ToString(CultureInfo.InvariantCulture),
            ["quota_location"] = "global",
            ["quota_unit"] = isUser ? "1/min/{project}/{user}" : "1/min/{project}",
        };
        if (options.Hints.HasFlag(QuotaHints.WindowStart))
        {
            // A minute after it there is room, rounded up, however long the window of the emulator is.
            var start = options.TimeProvider.GetUtcNow() + wait - Minute;
            metadata["window_start_time"] = ((start.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);
        }

        var details = new List<JsonObject>
        {
            new() { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", ["reason"] = "RATE_LIMIT_EXCEEDED", ["domain"] = "googleapis.com", ["metadata"] = metadata },
        };
        if (options.Hints.HasFlag(QuotaHints.RetryInfo))
        {
            var seconds = (Math.Ceiling(wait.TotalMilliseconds) / 1000).ToString(CultureInfo.InvariantCulture);
            details.Add(new JsonObject { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = $"{seconds}s" });
        }

        return new GoogleError(
            options.QuotaAs403 ? 403 : 429,
            options.QuotaAs403 ? "PERMISSION_DENIED" : "RESOURCE_EXHAUSTED",
            isUser ? "userRateLimitExceeded" : "rateLimitExceeded",
            options.QuotaAs403 ? (isUser ? "User Rate Limit Exceeded" : "Rate Limit Exceeded") : message)
        {
            Domain = "usageLimits",
            Details = details,
            RetryAfter = options.Hints.HasFlag(QuotaHints.RetryAfter) ? ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null,
        };
    }
}
