using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace BatchOps.Engine;

/// <summary>The meter and the activity source of all runs in the process, under the names that listeners ask for.</summary>
/// <remarks>The instruments are listed in <c>docs/telemetry.md</c>. Nothing is measured while nobody listens.</remarks>
public static class BatchTelemetry
{
    /// <summary>The name of the <see cref="Meter"/> and of the <see cref="ActivitySource"/>.</summary>
    public const string Name = "BatchOps";

    internal const string RunSpan = "batchops.run";
    internal const string ItemSpan = "batchops.item";
    internal const string RetryEvent = "batchops.retry";

    internal const string BatchTag = "batchops.batch";
    internal const string CommandTag = "batchops.command";
    internal const string RunIdTag = "batchops.run.id";
    internal const string StatusTag = "batchops.item.status";
    internal const string ReasonTag = "batchops.item.reason";
    internal const string OutcomeTag = "batchops.attempt.outcome";
    internal const string ErrorTypeTag = "error.type";

    // Runs that have not ended. Weak: a run that nobody finishes must not live for ever.
    private static readonly ConditionalWeakTable<BatchRun, RunTelemetry> Live = [];

    private static readonly string? Version = typeof(BatchTelemetry).Assembly.GetName().Version?.ToString(3);

    internal static readonly ActivitySource Source = new(Name, Version);

    private static readonly Meter Meter = new(Name, Version);

    internal static readonly Counter<long> Items = Meter.CreateCounter<long>("batchops.items", "{item}", "Items that ended.");
    internal static readonly Histogram<double> ItemDuration = Meter.CreateHistogram<double>("batchops.item.duration", "s", "Time that the attempts of an item took.");
    internal static readonly Histogram<double> ItemWait = Meter.CreateHistogram<double>("batchops.item.wait", "s", "Time between an item's arrival and its end in which no attempt was at work.");
    internal static readonly Counter<long> Attempts = Meter.CreateCounter<long>("batchops.attempts", "{attempt}", "Attempts that ended.");
    internal static readonly Counter<long> RateLimitHits = Meter.CreateCounter<long>("batchops.rate_limit.hits", "{attempt}", "Attempts that the service turned away because too much was asked of it.");
    internal static readonly Counter<long> BreakerTrips = Meter.CreateCounter<long>("batchops.breaker.trips", "{trip}", "How often a circuit breaker opened.");
    internal static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("batchops.cache.hits", "{item}", "Items whose outcome was not made by running them.");

    static BatchTelemetry()
    {
        // Read when somebody collects, on the collector's thread: they cost the engine nothing.
        Meter.CreateObservableUpDownCounter("batchops.in_flight", static () => SumOverRuns(static run => run.Summary.Running), "{attempt}", "Attempts at work.");
        Meter.CreateObservableUpDownCounter("batchops.retrying", static () => SumOverRuns(static run => run.Summary.Retrying), "{item}", "Items that wait for their next attempt.");
        Meter.CreateObservableGauge("batchops.limit", static () => SumOverRuns(static run => run.CurrentLimit), "{attempt}", "Most attempts that may be at work.");
    }

    internal static bool ListensToItems => Items.Enabled || ItemDuration.Enabled || ItemWait.Enabled || CacheHits.Enabled;

    internal static bool ListensToAttempts => Attempts.Enabled || RateLimitHits.Enabled;

    internal static void Add(BatchRun run, RunTelemetry telemetry) => Live.AddOrUpdate(run, telemetry);

    internal static void Remove(BatchRun run) => Live.Remove(run);

    /// <summary>One measurement for each pair of batch and command.</summary>
    private static List<Measurement<int>> SumOverRuns(Func<BatchRun, int> value) =>
        [.. Live.GroupBy(static run => run.Value.Names, run => value(run.Key)).Select(static group => new Measurement<int>(group.Sum(), RunTelemetry.TagsOf(group.Key)))];
}
