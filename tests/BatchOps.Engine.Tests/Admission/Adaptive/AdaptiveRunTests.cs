using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission.Adaptive;

/// <summary>The adaptive limit of a run: where it starts, what moves it and what wins over it.</summary>
public sealed class AdaptiveRunTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new()
    {
        Random = new FixedRandom(1),
        ThrottleLimit = 10,
        ThrottleOptions = new ThrottleOptions { Adaptive = true },
    };

    [Fact]
    public void Start_TwoAtOnce()
    {
        _simulation.Start(Options, 10, static _ => Plan.Success());
        _simulation.RunUntil(0.5);

        Assert.Equal(2, _simulation.Running.Count);
    }

    [Fact]
    public void Success_GrowsUpToTheThrottleLimitOfTheRun()
    {
        var run = _simulation.Start(Options, 600, static _ => Plan.Success(0.2));
        _simulation.RunToEnd();

        Assert.Equal(10, run.Summary.PeakConcurrency);
        Assert.Equal(600, run.Summary.Succeeded);
        Assert.Equal(2, run.Summary.Limits[0].Limit);
        Assert.Equal(10, run.Summary.Limits.Max(static change => change.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rejections_Shrink(bool throttled)
    {
        var run = _simulation.Start(Options, a => a.Now < 20 || a.Now > 20.3
            ? Plan.Success(0.2)
            : Plan.Failure(throttled ? Failures.Throttled() : Failures.Transient(), 0.2));
        for (var i = 0; i < 2000; i++)
        {
            run.Offer(i);
        }

        run.EndOffers();
        _simulation.RunUntil(20);
        var before = _simulation.Attempts.Count(static a => a.StartedAt is > 18 and <= 20);
        _simulation.RunUntil(23.5);
        var after = _simulation.Attempts.Count(static a => a.StartedAt is > 21.5 and <= 23.5);
        _simulation.RunToEnd();

        Assert.InRange(after, before * 0.5, before * 0.95);
    }

    [Fact]
    public void RateSignal_PacesStarts()
    {
        var run = _simulation.Start(Options, 300, static a => a.Now is > 2.9 and < 3.1 ? Plan.Failure(Failures.Throttled(1), 0.2) : Plan.Success(0.2));
        _simulation.RunUntil(6);

        Assert.InRange(run.Run.Throttle.CurrentRate!.Value, 10, 25);
        _simulation.RunToEnd();
    }

    [Fact]
    public void FirstAttemptSlow_ShortItemsAreNotHeldBack()
    {
        _simulation.Start(Options, 2000, static a => Plan.Success(a.Index == 0 ? 1 : 0.01));
        _simulation.RunToEnd();

        Assert.InRange(_simulation.Now, 2, 11);
    }

    [Fact]
    public void Outage_SingleProbes_ThenTheOldPlace()
    {
        var run = _simulation.Start(Options, 3000, static a => a.Now is > 20 and < 50 ? Plan.Failure(Failures.Transient(), 0.1) : Plan.Success(0.2));
        _simulation.RunToEnd();

        var probes = run.Attempts.Count(static a => a.StartedAt is > 22 and < 50);
        Assert.InRange(probes, 28, 28 * 2);
        Assert.Equal(3000, run.Summary.Succeeded + run.Summary.Failed);
        Assert.InRange(run.Attempts.Count(static a => a.StartedAt is > 51 and <= 61), 100, 500);
    }

    [Fact]
    public void SingleErrorWithoutAName_DoesNotShrink()
    {
        var run = _simulation.Start(Options, 1000, static a => Plan.Success(0.2) with
        {
            Outcome = a.Index % 50 == 49 ? AttemptOutcome<string>.Failed(new HttpRequestException("500", inner: null, System.Net.HttpStatusCode.InternalServerError)) : AttemptOutcome<string>.Succeeded("ok"),
        });
        _simulation.RunToEnd();

        Assert.DoesNotContain(run.Summary.Limits.Zip(run.Summary.Limits.Skip(1)), static step => step.Second.Limit < step.First.Limit);
    }

    [Fact]
    public void Gate_HoldsAtMostTenPercentLonger()
    {
        var run = _simulation.Start(Options, 20, static a => a.Index == 0 ? Plan.Failure(Failures.Throttled(30)) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal(1 + (30 * 1.1), run.Attempts.Skip(2).Min(static a => a.StartedAt), 3);
    }

    [Fact]
    public void Sequential_WinsOverAdaptive()
    {
        var run = _simulation.Start(Options with { Sequential = true }, 20, static a => a.Index == 3 ? Plan.Failure(Failures.Throttled(), 0.1) : Plan.Success(0.1));
        _simulation.RunToEnd();

        Assert.False(run.Run.Throttle.Options.Adaptive);
        Assert.Equal(2, _simulation.Now, 3);
        Assert.Equal(1, run.Summary.PeakConcurrency);
    }

    [Fact]
    public void BreakerReclosed_RestartsAtOneAndGrowsBack()
    {
        var options = Options with { ThrottleOptions = new ThrottleOptions { Adaptive = true, BreakAfter = 3, BreakDuration = TimeSpan.FromSeconds(10) } };
        var run = _simulation.Start(options, 2000, static a => a.Now is > 20 and < 25 ? Plan.Failure(Failures.Transient(), 0.1) : Plan.Success(0.2));
        _simulation.RunToEnd();

        Assert.Equal(1, run.Summary.BreakerTrips);
        var back = run.Summary.Limits.SkipWhile(static change => change.Limit != 1 || change.Elapsed < TimeSpan.FromSeconds(29)).ToList();
        Assert.Equal(1, back[0].Limit);
        Assert.InRange(back.Max(static change => change.Limit), 5, 10);
    }

    [Fact]
    public void QueueingService_QueueStaysShort()
    {
        // Beyond 4 at once requests queue: the more there are the longer each takes, 5 s at the ceiling.
        var run = _simulation.Start(Options with { ThrottleLimit = 100 }, 6000, a => Plan.Success(0.05 * Math.Max(4, _simulation.Running.Count + 1)));
        _simulation.RunUntil(180);

        Assert.InRange(run.Attempts.Where(static a => a.StartedAt > 100).Average(static a => a.EndsAt - a.StartedAt), 0.2, 1);
        run.Run.Cancel();
    }

    [Fact]
    public void SharedThrottle_CeilingIsWhatItsRunsCanUse()
    {
        var throttle = new BatchThrottle(new ThrottleOptions { Adaptive = true }, _simulation.Time);
        var options = new BatchOptions { ThrottleLimit = 3, Throttle = throttle };
        _simulation.Start(options, 300, static _ => Plan.Success(0.2));
        _simulation.Start(options, 300, static _ => Plan.Success(0.2));
        _simulation.RunUntil(20);

        Assert.Equal(6, throttle.CurrentLimit);
        Assert.Null(throttle.CurrentRate);
        _simulation.RunToEnd();
        Assert.Equal(6, throttle.PeakInFlight);
    }

    [Fact]
    public void NotAdaptive_NoRate() => Assert.Null(new BatchThrottle(new ThrottleOptions { ThrottleLimit = 3 }).CurrentRate);
}
