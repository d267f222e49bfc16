namespace BatchOps.Engine;

/// <summary>A run's figures at one moment.</summary>
/// <param name="At">When.</param>
/// <param name="Elapsed">Time since the run's start.</param>
/// <param name="Started">Attempts started so far.</param>
/// <param name="InFlight">Attempts at work.</param>
/// <param name="Limit">The live concurrency limit.</param>
/// <param name="Done">Items that ended so far.</param>
/// <param name="Failed">Of them, those that failed or timed out.</param>
/// <param name="MeanItemDuration">Mean time that the attempts of an executed item took so far.</param>
/// <param name="RateLimitHits">Throttled attempts so far.</param>
/// <param name="BreakerTrips">How often the breaker opened so far.</param>
/// <param name="CacheHitRate">Share (0 to 1) of the ended items whose result was not made by running them.</param>
public sealed record MetricsSample(
    DateTimeOffset At,
    TimeSpan Elapsed,
    long Started,
    int InFlight,
    int Limit,
    long Done,
    long Failed,
    TimeSpan MeanItemDuration,
    long RateLimitHits,
    int BreakerTrips,
    double CacheHitRate);
