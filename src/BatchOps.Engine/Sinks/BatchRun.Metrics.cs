namespace BatchOps.Engine;

// The run's figures over time, for the journal.
public abstract partial class BatchRun
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);

    internal MetricsSample Sample()
    {
        var executed = Summary.Executed - Summary.Running;
        return new MetricsSample(
            Clock.Provider.GetUtcNow(),
            Summary.Duration,
            Summary.Attempts,
            Summary.Running,
            Math.Min(Cap, Throttle.CurrentLimit ?? Cap),
            Summary.Done,
            Summary.Failed + Summary.TimedOut,
            executed > 0 ? TimeSpan.FromSeconds(Summary.ItemSeconds / executed) : TimeSpan.Zero,
            Summary.RateLimitHits,
            Summary.Ended ? Summary.BreakerTrips : Throttle.BreakerTrips - _tripsBefore,
            Summary.CacheHitRate);
    }

    private void NoteSample()
    {
        MetricsSample sample;
        lock (Sync)
        {
            sample = Sample();
        }

        Journal!.Add(sample);
    }
}
