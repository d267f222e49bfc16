namespace BatchOps.Engine;

/// <summary>A change of a run's live concurrency limit.</summary>
/// <param name="Elapsed">Time since the run's start.</param>
/// <param name="Limit">Most attempts at once from then on.</param>
public readonly record struct LimitChange(TimeSpan Elapsed, int Limit);
