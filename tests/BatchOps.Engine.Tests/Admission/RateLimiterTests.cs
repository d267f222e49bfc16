using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class RateLimiterTests
{
    private readonly VirtualTime _time = new();

    private Clock Clock => new(_time);

    [Fact]
    public void Take_BurstOfOne_StartsAreSpreadEvenly()
    {
        var starts = Backlog(new RateLimit(10, TimeSpan.FromSeconds(1)), Enumerable.Repeat(1.0, 25));

        Assert.All(starts.Zip(starts.Skip(1)), s => Assert.Equal(0.125, s.Second - s.First, 6));
    }

    [Fact]
    public void Take_Burst_GoesAtOnce_AndIsPartOfTheUsedShare()
    {
        var starts = Backlog(new RateLimit(10, TimeSpan.FromSeconds(1)) { Burst = 4 }, Enumerable.Repeat(1.0, 17));

        Assert.Equal([0, 0, 0, 0], starts.Take(4));

        // The bucket alone would let 4 + 8 through in the first second.
        Assert.Equal(8, starts.Count(s => s < 1));
        Assert.Equal(16, starts.Count(s => s < 2));
    }

    [Fact]
    public void Take_AfterAPause_OnlyTheBurstHasGathered()
    {
        var limiter = new RateLimiter(new RateLimit(10, TimeSpan.FromSeconds(1)) { Burst = 3 }, Clock);
        _time.Run(3600);
        var starts = Backlog(limiter, Enumerable.Repeat(1.0, 4)).Select(s => s - 3600).ToList();

        Assert.Equal([0, 0, 0], starts.Take(3));
        Assert.InRange(starts[3], 0.1, 0.126);
    }

    [Fact]
    public void Take_CostAboveTheBurst_IsPacedByItsWeight()
    {
        var starts = Backlog(new RateLimit(600, TimeSpan.FromMinutes(1)), [4, 1, 4, 1, 4, 1]);

        Assert.Equal([0, 0.5, 0.625, 1.125, 1.25, 1.75], starts.Select(s => Math.Round(s, 6)));
    }

    [Fact]
    public void Take_CostAboveTheUsedShare_IsAloneInItsWindow()
    {
        var starts = Backlog(new RateLimit(10, TimeSpan.FromSeconds(1)), [1, 10, 1]);

        Assert.Equal([0, 1], starts.Take(2));
        Assert.InRange(starts[2], 2.2, 2.25);
    }

    [Fact]
    public void ReadyAt_StartsThatShareAnEntry_LeaveTheWindowWithTheLatest()
    {
        var limiter = new RateLimiter(new RateLimit(1000, TimeSpan.FromSeconds(1)) { Share = 1, Burst = 1000 }, Clock);
        limiter.Take(1, Clock.Now);
        _time.Run(0.0009);
        limiter.Take(999, Clock.Now);

        Assert.Equal(1, Clock.Between(Clock.Now, limiter.ReadyAt(1, Clock.Now)).TotalSeconds);
    }

    [Fact]
    public void ReadyAt_ManyStarts_MemoryIsBounded()
    {
        // A million starts in a window: shared entries must keep the bound all the same.
        var rate = new RateLimit(1_000_000, TimeSpan.FromSeconds(10)) { Share = 1, Burst = 1_000_000 };
        var limiter = new RateLimiter(rate, Clock);
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(limiter.ReadyAt(10, Clock.Now) <= Clock.Now);
            limiter.Take(10, Clock.Now);
            if (i % 100 == 0)
            {
                _time.Run(TimeSpan.FromTicks(1000));
            }
        }

        Assert.True(limiter.ReadyAt(1, Clock.Now) > Clock.Now);
        var ready = Clock.Between(Clock.Now, limiter.ReadyAt(1, Clock.Now));
        Assert.InRange(ready.TotalSeconds, 9.8, 10);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.0156)]
    public void Backlog_TimersFireLate_UsesItsShareAllTheSame(double resolutionSeconds)
    {
        // 1,000/s at 80 %: a start each 1.25 ms, which no system timer keeps.
        var limiter = new RateLimiter(new RateLimit(1000, TimeSpan.FromSeconds(1)), Clock);
        var started = 0;
        while (_time.Elapsed.TotalSeconds < 10)
        {
            while (limiter.ReadyAt(1, Clock.Now) <= Clock.Now)
            {
                limiter.Take(1, Clock.Now);
                started++;
            }

            _time.Run(TimeSpan.FromSeconds(resolutionSeconds));
        }

        Assert.InRange(started, 0.95 * 8000, 8000 + 800);
    }

    [Fact]
    public void Run_HighRate_UsesItsShare()
    {
        var simulation = new Simulation();
        var run = simulation.Start(
            new BatchOptions { ThrottleLimit = 50, Credits = 4000, ThrottleOptions = new() { Rate = new RateLimit(1000, TimeSpan.FromSeconds(1)) } },
            4000,
            _ => Plan.Success(0.01));
        simulation.RunToEnd();

        // 4,000 starts at 800/s.
        Assert.InRange(run.Summary.Duration.TotalSeconds, 4.9, 5.3);
    }

    [Fact]
    public void Run_ItemsTakeTheirCost()
    {
        var simulation = new Simulation();
        var run = simulation.Start(
            new BatchOptions { ThrottleOptions = new() { Rate = new RateLimit(10, TimeSpan.FromSeconds(1)) { Share = 1 } } },
            _ => Plan.Success(0.01));
        foreach (var cost in new double[] { 5, 0, 5, 1, 0 })
        {
            run.Offer(0, new ItemTraits { RateCost = cost });
        }

        run.EndOffers();
        simulation.RunToEnd();
        Assert.Equal([0, 0, 0.5, 1, 1], run.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void Run_RetriesTakeTokensToo()
    {
        var simulation = new Simulation();
        var run = simulation.Start(
            new BatchOptions
            {
                Retry = new() { Count = 3, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
                ThrottleOptions = new() { Rate = new RateLimit(1, TimeSpan.FromSeconds(10)) { Share = 1 } },
            },
            1,
            _ => Plan.Failure(Failures.Transient()));
        simulation.RunToEnd();

        Assert.Equal([0, 10, 20, 30], run.Attempts.Select(a => a.StartedAt));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(10.5)]
    public void Run_CostThatCannotBe_FailsTheItem(double cost)
    {
        var simulation = new Simulation();
        var run = simulation.Start(new BatchOptions { ThrottleOptions = new() { Rate = new RateLimit(10, TimeSpan.FromSeconds(1)) } }, _ => Plan.Success());
        run.Offer(0, new ItemTraits { RateCost = cost });
        run.EndOffers();
        simulation.RunToEnd();

        Assert.Equal((ItemStatus.Failed, 0), (run.Results[0].Status, run.Results[0].Attempts));
        Assert.IsType<ArgumentOutOfRangeException>(run.Results[0].Error);
    }

    private List<double> Backlog(RateLimit rate, IEnumerable<double> costs) => Backlog(new RateLimiter(rate, Clock), costs);

    private List<double> Backlog(RateLimiter limiter, IEnumerable<double> costs)
    {
        var starts = new List<double>();
        foreach (var cost in costs)
        {
            while (limiter.ReadyAt(cost, Clock.Now) is var at && at > Clock.Now)
            {
                _time.Run(TimeSpan.FromTicks(at - Clock.Now));
            }

            limiter.Take(cost, Clock.Now);
            starts.Add(_time.Elapsed.TotalSeconds);
        }

        return starts;
    }
}
