using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Sinks;

public sealed class RunSummaryTests
{
    private readonly Simulation _simulation = new();

    [Fact]
    public void Figures_TenItemsOfTwoSecondsAtFive()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 5 }, 10, _ => Plan.Success(2));
        _simulation.RunToEnd();

        var summary = run.Summary;
        Assert.Equal((10L, 10L, 10L, 10L, 10L), (summary.Read, summary.Done, summary.Succeeded, summary.Executed, summary.Attempts));
        Assert.Equal((4, 20, 5, 2.5), (summary.Duration.TotalSeconds, summary.ItemSeconds, summary.Speedup, summary.ItemsPerSecond));
        Assert.Equal((5, 5, 1), (summary.PeakConcurrency, summary.MeanConcurrency, summary.SuccessRate));
    }

    [Fact]
    public void Figures_WhileItRuns()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 2, Random = new FixedRandom(1), Retry = new() { Count = 1, Delay = TimeSpan.FromSeconds(60) } }, 4, a => a.Index switch
        {
            0 => Plan.Success(1),
            1 => Plan.Failure(Failures.Transient(), 1),
            2 => Plan.Failure(Failures.OfItem(), 1),
            _ => Plan.Success(10),
        });
        _simulation.RunUntil(4);

        var summary = run.Summary;
        Assert.Equal((4L, 2L, 1L, 1L), (summary.Read, summary.Done, summary.Succeeded, summary.Failed));
        Assert.Equal((1, 1, false), (summary.Running, summary.Retrying, summary.Ended));
        Assert.Equal((4, 0.5), (summary.Duration.TotalSeconds, summary.SuccessRate));

        // Two at work for 2 s, then one for 2 s.
        Assert.Equal(1.5, summary.MeanConcurrency, 6);
        Assert.Equal(2, summary.ItemSeconds);
        run.Run.Cancel();
    }

    [Fact]
    public void Figures_RetriedItem_CountsTheTimeOfAllItsAttempts()
    {
        var run = _simulation.Start(new BatchOptions { Random = new FixedRandom(1), Retry = new() { Count = 2, Delay = TimeSpan.FromSeconds(1) } }, 1, a => a.Number < 3 ? Plan.Failure(Failures.Transient(), 2) : Plan.Success(3));
        _simulation.RunToEnd();

        Assert.Equal((7, 10, 0.7), (run.Summary.ItemSeconds, run.Summary.Duration.TotalSeconds, run.Summary.Speedup));
        var result = run.Results[0];
        Assert.Equal((7, 3), (result.Duration.TotalSeconds, result.Waited.TotalSeconds));
        Assert.Equal((run.Summary.StartTime, run.Summary.StartTime, run.Summary.StartTime.AddSeconds(10)), (result.QueuedAt, result.StartedAt, result.EndedAt));
        Assert.Equal(run.Summary.RunId, result.RunId);
        Assert.Equal(run.Run.Id, result.RunId);
    }

    [Fact]
    public void Figures_WaitingForAdmission_IsNotWork()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 1 }, 3, _ => Plan.Success(2));
        _simulation.RunToEnd();

        var last = run.Result(2);
        Assert.Equal((2, 4), (last.Duration.TotalSeconds, last.Waited.TotalSeconds));
        Assert.Equal(run.Summary.StartTime.AddSeconds(4), last.StartedAt);
        Assert.Equal((1, 1), (run.Summary.Speedup, run.Summary.MeanConcurrency));
    }

    [Fact]
    public void Figures_AbandonedItem_CountsUpToItsEndOnly()
    {
        var run = _simulation.Start(new BatchOptions { AttemptTimeout = TimeSpan.FromSeconds(2), GracePeriod = TimeSpan.FromSeconds(1) }, 1, _ => Plan.Success(100) with { SecondsAfterStop = null });
        _simulation.RunToEnd();
        _simulation.RunUntil(200);

        Assert.Equal((3, 3, 1, 0), (run.Summary.ItemSeconds, run.Summary.Duration.TotalSeconds, run.Summary.MeanConcurrency, run.Summary.Running));
    }

    [Fact]
    public void Figures_NothingRead()
    {
        var run = _simulation.Start(new BatchOptions(), 0, _ => Plan.Success());
        _simulation.RunToEnd();

        var summary = run.Summary;
        Assert.Equal((0, 0, 0, 1, 0), (summary.ItemsPerSecond, summary.Speedup, summary.MeanConcurrency, summary.SuccessRate, summary.CacheHitRate));
        Assert.True(summary.Ended);
    }

    [Fact]
    public void Limits_ChangeWithTheirTimes()
    {
        var run = _simulation.Start(
            new BatchOptions { ThrottleLimit = 4, ThrottleOptions = new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(10) } },
            20,
            a => a.Index == 0 ? Plan.Failure(Failures.Transient(), 1) : Plan.Success(2));
        _simulation.RunToEnd();

        // Open from 1 to 11 s, probed until 13 s; then 1, 2 and 4 at once, in rounds of 2 s.
        Assert.Equal(
            [(0, 4), (13, 1), (15, 2), (17, 3), (17, 4)],
            run.Summary.Limits.Select(l => ((int)Math.Round(l.Elapsed.TotalSeconds), l.Limit)));
    }

    [Fact]
    public void Limits_BreakerThatFlapsForDays_DoesNotFillMemory()
    {
        var run = _simulation.Start(
            new BatchOptions { ThrottleLimit = 2, Credits = 10_000, ThrottleOptions = new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(10) } },
            4000,
            a => a.Index % 3 == 0 ? Plan.Failure(Failures.Transient()) : Plan.Success());
        _simulation.RunToEnd();

        Assert.True(run.Summary.BreakerTrips > 1000);
        Assert.InRange(run.Summary.Limits.Count, 500, 1000);
        Assert.Equal(TimeSpan.Zero, run.Summary.Limits[0].Elapsed);
        Assert.InRange(run.Summary.Limits[^1].Elapsed, run.Summary.Duration * 0.9, run.Summary.Duration);
    }

    [Fact]
    public void BreakerTrips_CountFromTheRunsStart()
    {
        var throttle = new BatchThrottle(new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(1) }, _simulation.Time);
        _simulation.Start(new BatchOptions { Throttle = throttle }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();
        var second = _simulation.Start(new BatchOptions { Throttle = throttle }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal((1, 2), (second.Summary.BreakerTrips, throttle.BreakerTrips));
    }

    [Fact]
    public void AtWork_NamesWhatRuns_OldestFirst()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 3 }, 5, a => Plan.Success(a.Index == 1 ? 1 : 10));
        _simulation.RunUntil(4);

        Assert.Equal([(0L, 4), (2L, 4), (3L, 3)], run.Run.AtWork(10).Select(w => (w.Lease.Index, w.Elapsed.TotalSeconds)));
        Assert.Empty(run.Run.AtWork(2));
        run.Run.Cancel();
    }
}
