using System.Text.Json;

namespace BatchOps.Engine;

/// <summary>A run's settings as JSON, for journal and report: numbers and switches only, so no secret can be among them.</summary>
internal static class RunSettings
{
    public static string Describe(BatchOptions options)
    {
        var settings = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["throttleLimit"] = options.EffectiveLimit,
            ["sequential"] = options.Sequential,
            ["ordered"] = options.Ordered,
            ["deduplicate"] = options.Deduplicate,
            ["rateLimit"] = (options.Throttle?.Options ?? options.ThrottleOptions)?.Rate?.ToString(),
            ["sharedThrottle"] = options.Throttle is not null,
            ["breakAfter"] = (options.Throttle?.Options ?? options.ThrottleOptions)?.BreakAfter,
            ["retryCount"] = options.Retry.Count,
            ["retryDelaySeconds"] = options.Retry.Delay.TotalSeconds,
            ["attemptTimeoutSeconds"] = options.AttemptTimeout?.TotalSeconds,
            ["itemTimeoutSeconds"] = options.ItemTimeout?.TotalSeconds,
            ["timeoutSeconds"] = options.RunTimeout?.TotalSeconds,
            ["staggerMilliseconds"] = options.Stagger.TotalMilliseconds,
            ["sequentialAbove"] = options.SequentialAbove,
            ["sequentialAboveThrottled"] = options.SequentialAboveThrottled,
            ["stopAbove"] = options.StopAbove,
            ["usageLimit"] = options.UsageLimit,
            ["totalCount"] = options.TotalCount,
            ["resume"] = options.Journal?.Resume,
            ["cacheSeconds"] = options.Journal?.CacheFor?.TotalSeconds,
            ["remote"] = options.Remote,
            ["journalContent"] = options.Journal?.Content.ToString(),
        };
        return JsonSerializer.Serialize(settings.Where(static s => s.Value is not null and not false).ToDictionary(StringComparer.Ordinal));
    }
}
