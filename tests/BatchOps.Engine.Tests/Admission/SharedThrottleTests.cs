using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class SharedThrottleTests
{
    private readonly Simulation _simulation = new();

    public enum Executor
    {
        Thread,
        Task,
    }

    [Theory]
    [InlineData(Executor.Thread)]
    [InlineData(Executor.Task)]
    public async Task TwoRuns_NeverExceedTheThrottleTogether_AndShareTheStarts(Executor executor)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 5 });
        var script = new Script();
        var runs = Enumerable.Range(0, 2).Select(_ => new BatchRun<int, string>(new BatchOptions { ThrottleLimit = 8, Credits = 400, Throttle = throttle })).ToArray();
        foreach (var run in runs)
        {
            Attach(executor, run, script.RunAsync);
            for (var i = 0; i < 400; i++)
            {
                Assert.True(run.TryPost(i, ItemTraits.None));
            }
        }

        // Five are inside at any time: the oldest ends only when five have come.
        var started = new List<BatchRun>();
        var inHand = new Queue<ScriptedAttempt>();
        void Drive()
        {
            while (started.Count < 400)
            {
                while (inHand.Count < 5)
                {
                    inHand.Enqueue(script.NextAsync().GetAwaiter().GetResult());
                    started.Add(inHand.Last().Lease.Run);
                }

                inHand.Dequeue().Succeed();
            }
        }

        // On a thread of its own: a pool thread would run what it wakes last before what it woke first.
        await Task.Factory.StartNew(Drive, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        // The first comes first; they share from where both have their workers.
        Assert.All(runs, run => Assert.InRange(started.Skip(100).Count(r => r == run), 0.4 * 300, 0.6 * 300));
        Assert.Equal((5, 5), (script.Peak, throttle.PeakInFlight));
        Array.ForEach(runs, run => run.Cancel());
    }

    [Fact]
    public void TwoRuns_TakeTurns()
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 5 }, _simulation.Time);
        var runs = Enumerable.Range(0, 2).Select(_ => _simulation.Start(new BatchOptions { ThrottleLimit = 8, Throttle = throttle }, 100, _ => Plan.Success())).ToArray();
        _simulation.RunUntil(15);

        // The first comes first; from then on they share.
        Assert.Equal(80, _simulation.Attempts.Count);
        Assert.All(runs, r => Assert.InRange(r.Attempts.Count(a => a.StartedAt >= 4), 28, 32));
        _simulation.RunToEnd();
        Assert.Equal(5, throttle.PeakInFlight);
        Assert.Equal(40, _simulation.Now);
    }

    [Fact]
    public void TwoRuns_OneHasNothingToDo_TheOtherHasTheWholeThrottle()
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 5 }, _simulation.Time);
        var idle = _simulation.Start(new BatchOptions { ThrottleLimit = 8, Throttle = throttle }, _ => Plan.Success());
        _simulation.Start(new BatchOptions { ThrottleLimit = 8, Throttle = throttle }, 100, _ => Plan.Success());
        _simulation.At(20, idle.EndOffers);
        _simulation.RunToEnd();

        Assert.Equal(100, _simulation.Attempts.Count(a => a.StartedAt < 20));
    }

    [Fact]
    public void TwoRuns_CapsBelowTheThrottle_AreKept()
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 10 }, _simulation.Time);
        var narrow = _simulation.Start(new BatchOptions { ThrottleLimit = 2, Throttle = throttle }, 40, _ => Plan.Success());
        var wide = _simulation.Start(new BatchOptions { ThrottleLimit = 8, Throttle = throttle }, 40, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((2, 8, 10), (narrow.Summary.PeakConcurrency, wide.Summary.PeakConcurrency, throttle.PeakInFlight));
    }

    [Fact]
    public void TwoRuns_CostlyItems_AreNotPassedForEverByCheapOnes()
    {
        var throttle = new BatchThrottle(new() { Rate = new RateLimit(60, TimeSpan.FromMinutes(1)) { Share = 1, Burst = 10 } }, _simulation.Time);
        var costly = _simulation.Start(new BatchOptions { Throttle = throttle }, _ => Plan.Success(0.1));
        var cheap = _simulation.Start(new BatchOptions { Throttle = throttle }, _ => Plan.Success(0.1));
        for (var i = 0; i < 5; i++)
        {
            costly.Offer(i, new ItemTraits { RateCost = 10 });
        }

        for (var i = 0; i < 200; i++)
        {
            cheap.Offer(i);
        }

        costly.EndOffers();
        cheap.EndOffers();
        _simulation.RunToEnd();
        Assert.Equal(5, costly.Summary.Succeeded);
        Assert.True(costly.Attempts.Last().StartedAt < 100);
    }

    [Fact]
    public void RunEnds_ItsAbandonedWorkNoLongerCostsTheOthers()
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 1 }, _simulation.Time);
        var first = _simulation.Start(new BatchOptions { Throttle = throttle, AttemptTimeout = TimeSpan.FromSeconds(1), GracePeriod = TimeSpan.FromSeconds(1) }, 1, _ => Plan.Success(1000) with { SecondsAfterStop = null });
        var second = _simulation.Start(new BatchOptions { Throttle = throttle }, 3, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.True(first.Results[0].Abandoned);
        Assert.Equal([2, 3, 4], second.Attempts.Select(a => a.StartedAt));
        _simulation.RunUntil(2000);
        Assert.Equal(0, throttle.InFlight);
    }

    [Theory]
    [InlineData(Executor.Thread, 1)]
    [InlineData(Executor.Thread, 3)]
    [InlineData(Executor.Task, 1)]
    [InlineData(Executor.Task, 3)]
    public void Chained_OneThreadPumpsBothRuns_DoesNotDeadlock(Executor executor, int limit)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = limit });
        var options = new BatchOptions { ThrottleLimit = 4, Credits = 4, Throttle = throttle };
        var first = new BatchRun<int, string>(options);
        var second = new BatchRun<int, string>(options);
        Attach(executor, first, static _ => Task.FromResult("first"));
        Attach(executor, second, static _ => Task.FromResult("second"));
        var left = new List<int>();

        for (var i = 0; i < 300; i++)
        {
            while (!first.TryPost(i, ItemTraits.None))
            {
                Assert.True(first.WaitForResult(HangGuard.Limit));
                PumpFirst();
            }

            PumpFirst();
        }

        first.CompleteAdding();
        while (first.WaitForResult(HangGuard.Limit))
        {
            PumpFirst();
        }

        second.CompleteAdding();
        while (second.WaitForResult(HangGuard.Limit))
        {
            PumpSecond();
        }

        Assert.Equal(Enumerable.Range(0, 300), left.Order());
        Assert.InRange(throttle.PeakInFlight, 1, limit);

        void PumpFirst()
        {
            while (first.TryTakeResult(out var result))
            {
                while (!second.TryPost(result.Input, ItemTraits.None))
                {
                    Assert.True(second.WaitForResult(HangGuard.Limit));
                    PumpSecond();
                }
            }
        }

        void PumpSecond()
        {
            while (second.TryTakeResult(out var result))
            {
                left.Add(result.Input);
            }
        }
    }

    [Fact]
    public void AtRest_HoldsNoTimerAndNoRun()
    {
        var throttle = new BatchThrottle(new() { BreakAfter = 1, Rate = RateLimit.Parse("10/s") }, _simulation.Time);
        for (var i = 0; i < 10; i++)
        {
            _simulation.Start(new BatchOptions { Throttle = throttle, AttemptTimeout = TimeSpan.FromSeconds(60), RunTimeout = TimeSpan.FromHours(1) }, 5, _ => Plan.Success(0.1));
            _simulation.RunToEnd();
            Assert.Equal((0, 0), (_simulation.Time.LiveTimers, throttle.Runs));
        }

        Assert.Equal(10, _simulation.Time.CreatedTimers);
    }

    private static void Attach(Executor executor, BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation)
    {
        if (executor == Executor.Thread)
        {
            ThreadExecutor<int, string>.Attach(run, lease => operation(lease).GetAwaiter().GetResult());
        }
        else
        {
            TaskExecutor<int, string>.Attach(run, lease => new ValueTask<string>(operation(lease)));
        }
    }
}
