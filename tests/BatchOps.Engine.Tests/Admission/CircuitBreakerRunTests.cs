using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>The breaker as runs meet it.</summary>
public sealed class CircuitBreakerRunTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new()
    {
        Random = new FixedRandom(1),
        ThrottleLimit = 8,
        GracePeriod = TimeSpan.FromSeconds(1),
        ThrottleOptions = new ThrottleOptions { BreakAfter = 5, BreakDuration = TimeSpan.FromSeconds(20) },
    };

    private static RetryOptions Retry(int count) => new() { Count = count, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(1) };

    [Fact]
    public void Outage_OneProbePerBreak_AndNoRetryIsBurnedWhileParked()
    {
        // The service is away from 10 s to 70 s.
        var run = _simulation.Start(
            Options with { Retry = Retry(10) },
            400,
            a => a.Now is >= 10 and < 70 ? Plan.Failure(Failures.Transient(), 0.5) : Plan.Success(0.5));
        _simulation.RunToEnd();

        Assert.Equal(400, run.Summary.Succeeded);
        var lost = run.Attempts.Where(a => a.StartedAt is >= 10 and < 70).ToList();

        // Opened within the attempts at work when the outage began and the five that it takes.
        var opened = lost.First(a => a.StartedAt > 12).StartedAt;
        Assert.InRange(lost.Count(a => a.StartedAt <= 12), 5, 8 + 5);
        var probes = lost.Where(a => a.StartedAt > 12).ToList();
        Assert.InRange(probes.Count, 2, 3);
        Assert.All(probes.Zip(probes.Skip(1)), p => Assert.Equal(20.5, p.Second.StartedAt - p.First.StartedAt, 3));
        Assert.Equal(probes.Count + 1, run.Summary.BreakerTrips);
        Assert.Equal(lost.Count, run.Summary.Attempts - 400);
        Assert.True(opened >= 30);
    }

    [Fact]
    public void Reopened_LimitRestartsAtOne_AndDoublesWithEveryRound()
    {
        var run = _simulation.Start(
            Options,
            100,
            a => a.Now < 1 ? Plan.Failure(Failures.Transient(), 1) : Plan.Success(1));
        _simulation.RunToEnd();

        var rounds = run.Attempts.Where(a => a.StartedAt > 1).GroupBy(a => a.StartedAt).Select(g => g.Count()).ToList();
        Assert.Equal([1, 1, 2, 4, 8, 8], rounds.Take(6));
        Assert.Equal([8, 1, 2, 3, 4, 5, 6, 7, 8], run.Summary.Limits.Select(l => l.Limit));
    }

    [Fact]
    public void Reopened_CeilingOfTheThrottle_IsReachedAgainAndNotExceeded()
    {
        var run = _simulation.Start(
            Options with { ThrottleOptions = new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(20), ThrottleLimit = 3 } },
            60,
            a => a.Index == 0 ? Plan.Failure(Failures.Transient(), 0.5) : Plan.Success(1));
        _simulation.RunToEnd();

        Assert.Equal([3, 1, 2, 3], run.Summary.Limits.Select(l => l.Limit));
        Assert.Equal(3, run.Summary.PeakConcurrency);
        Assert.Equal(3, run.Run.Throttle.CurrentLimit);
    }

    [Fact]
    public void Reopened_SuccessOfAnAttemptFromBeforeTheBreak_DoesNotGrowTheLimit()
    {
        // Seven attempts outlive the break; their success says nothing about the service now.
        var run = _simulation.Start(
            Options with { ThrottleOptions = new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(20) } },
            30,
            a => a.Index switch
            {
                0 => Plan.Failure(Failures.Transient(), 1),
                < 8 => Plan.Success(30),
                8 => Plan.Success(1),
                _ => Plan.Success(40),
            });
        _simulation.RunUntil(31);

        // The probe ended at 22 s, the old ones at 30 s: one at a time, and it runs until 70 s.
        Assert.Equal(1, run.Run.Throttle.CurrentLimit);
        Assert.Equal(1, run.Summary.Running);
        _simulation.RunToEnd();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Probe_Abandoned_DoesNotHoldTheBreakerForEver(bool ends)
    {
        var run = _simulation.Start(
            Options with { ThrottleOptions = new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(20) }, ThrottleLimit = 2, AttemptTimeout = TimeSpan.FromSeconds(5) },
            4,
            a => a.Index switch
            {
                0 => Plan.Failure(Failures.Transient(), 1),
                1 => Plan.Success(1.5),
                2 => Plan.Success(ends ? 30 : 1e5) with { SecondsAfterStop = null },
                _ => Plan.Success(1),
            });
        _simulation.RunToEnd();

        // The probe at 21 s times out at 26 s and is abandoned at 27 s: a failed probe. The next goes out at 47 s.
        Assert.Equal((ItemStatus.TimedOut, true), (run.Result(2).Status, run.Result(2).Abandoned));
        Assert.Equal(47, run.StartOf(3));
        Assert.Equal((ItemStatus.Succeeded, 2), (run.Result(3).Status, run.Summary.BreakerTrips));
    }

    [Fact]
    public void Probe_OfACanceledRun_IsPassedOnToTheOtherRun()
    {
        var throttle = new BatchThrottle(new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(20) }, _simulation.Time);
        var shared = Options with { ThrottleOptions = null, Throttle = throttle, ThrottleLimit = 1 };
        var first = _simulation.Start(shared, 2, a => a.Index == 0 ? Plan.Failure(Failures.Transient(), 1) : Plan.Hang with { SecondsAfterStop = null });
        _simulation.RunUntil(2);
        var second = _simulation.Start(shared, 1, _ => Plan.Success());
        _simulation.RunUntil(22);
        Assert.Equal((1, 0), (first.Summary.Running, second.Summary.Running));
        first.Run.Cancel();
        _simulation.RunUntil(24);

        Assert.Equal(1, second.Summary.Succeeded);
        Assert.Equal(BreakerState.Closed, throttle.Breaker);
    }

    [Fact]
    public void Shared_BreakOfOneRun_HoldsTheOther()
    {
        var throttle = new BatchThrottle(new() { BreakAfter = 1, BreakDuration = TimeSpan.FromSeconds(20) }, _simulation.Time);
        var shared = Options with { ThrottleOptions = null, Throttle = throttle, ThrottleLimit = 1 };
        var failing = _simulation.Start(shared, 1, _ => Plan.Failure(Failures.Transient(), 1));
        var other = _simulation.Start(shared, 5, _ => Plan.Success(2));
        _simulation.RunToEnd();

        Assert.Equal([0, 21], other.Attempts.Take(2).Select(a => a.StartedAt));
        Assert.Equal((1, 1), (failing.Summary.BreakerTrips, other.Summary.BreakerTrips));
    }

    [Fact]
    public void ItemFaults_NeverOpen()
    {
        var run = _simulation.Start(Options, 100, _ => Plan.Failure(Failures.OfItem(), 0.1));
        _simulation.RunToEnd();

        Assert.Equal((0, 100L), (run.Summary.BreakerTrips, run.Summary.Failed));
    }

    [Fact]
    public void ThrottledAttempts_NeverOpen()
    {
        var run = _simulation.Start(Options, 100, _ => Plan.Failure(Failures.Throttled(), 0.1));
        _simulation.RunToEnd();

        Assert.Equal((0, 100L), (run.Summary.BreakerTrips, run.Summary.RateLimitHits));
    }

    [Fact]
    public void AttemptTimeouts_Open()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = TimeSpan.FromSeconds(1) }, 10, _ => Plan.Hang);
        _simulation.RunUntil(2);

        Assert.Equal(BreakerState.Open, run.Run.Throttle.Breaker);
    }
}
