using BatchOps.Engine.Tests.Support;
using Polly;
using Polly.Simmy;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>Faults and slowness at random: every item ends in a status, and no more is sent than the retries allow.</summary>
public sealed class ChaosTests
{
    private const int Items = 3000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chaos_TwoPercentFaultsTenPercentSlow_EveryItemEnds(bool onThreads)
    {
        var random = new Random(20240229);
        var chaos = new ResiliencePipelineBuilder<string>()
            .AddChaosLatency(new() { InjectionRate = 0.1, Latency = TimeSpan.FromMilliseconds(2), Randomizer = Draw })
            .AddChaosFault(new() { InjectionRate = 0.02, FaultGenerator = static _ => new(Failures.Transient()), Randomizer = Draw })
            .Build();
        var run = new BatchRun<int, string>(new BatchOptions
        {
            ThrottleLimit = 20,
            Credits = Items,
            Retry = new() { Count = 3, Delay = TimeSpan.FromMilliseconds(2), MaxDelay = TimeSpan.FromMilliseconds(10) },
            AttemptTimeout = TimeSpan.FromSeconds(60),
            ThrottleOptions = new() { BreakAfter = 5, BreakDuration = TimeSpan.FromMilliseconds(20) },
        });
        if (onThreads)
        {
            ThreadExecutor<int, string>.Attach(run, lease => Operate(lease).AsTask().GetAwaiter().GetResult());
        }
        else
        {
            TaskExecutor<int, string>.Attach(run, Operate);
        }

        var results = new List<ItemResult<int, string>>();
        await foreach (var result in Batch.StreamAsync(run, Enumerable.Range(0, Items)))
        {
            results.Add(result);
        }

        Assert.Equal(Enumerable.Range(0, Items), results.Select(r => r.Input).Order());
        Assert.All(results, r => Assert.True(r.Status is ItemStatus.Succeeded || r is { Status: ItemStatus.Failed, Attempts: 4 }));

        // About 2 % of the attempts fail; four in a row are one item in six millions.
        Assert.True(run.Summary.Succeeded >= Items - 2);
        Assert.InRange(run.Summary.Attempts, Items + 10, Items + 150);
        Assert.Equal(run.Summary.Attempts, results.Sum(r => r.Attempts));

        ValueTask<string> Operate(Lease<int, string> lease) => chaos.ExecuteAsync(static _ => new ValueTask<string>("ok"), lease.CancellationToken);

        double Draw()
        {
            lock (random)
            {
                return random.NextDouble();
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Chaos_EverythingAtOnce_EveryItemEnds(int seed)
    {
        var random = new Random(seed);
        var simulation = new Simulation();
        var throttle = new BatchThrottle(new() { ThrottleLimit = 30, BreakAfter = 4, BreakDuration = TimeSpan.FromSeconds(10), Rate = RateLimit.Parse("3000/min") }, simulation.Time);
        var options = new BatchOptions
        {
            ThrottleLimit = 20,
            Credits = Items,
            Throttle = throttle,
            Random = new Random(seed),
            Retry = new() { Count = 4, Delay = TimeSpan.FromSeconds(0.5), MaxDelay = TimeSpan.FromSeconds(10) },
            AttemptTimeout = TimeSpan.FromSeconds(5),
            ItemTimeout = TimeSpan.FromSeconds(60),
        };
        var runs = Enumerable.Range(0, 2).Select(_ => simulation.Start(options, Items, _ => random.NextDouble() switch
        {
            < 0.02 => Plan.Failure(Failures.Transient(), 0.2),
            < 0.03 => Plan.Failure(Failures.Throttled(random.Next(0, 5)), 0.1),
            < 0.04 => Plan.Failure(Failures.OfItem(), 0.1),
            < 0.05 => Plan.Success(8) with { SecondsAfterStop = null },
            < 0.06 => Plan.Hang with { SecondsAfterStop = 1 },
            < 0.16 => Plan.Success(2),
            _ => Plan.Success(0.1),
        })).ToArray();
        simulation.RunToEnd();

        foreach (var run in runs)
        {
            Assert.Equal(Enumerable.Range(0, Items).Select(i => (long)i), run.Results.Select(r => r.Index).Order());
            Assert.True(run.Summary.SuccessRate > 0.9);
            Assert.True(run.Summary.Attempts <= 5 * Items);
        }

        Assert.InRange(throttle.PeakInFlight, 1, 30);
        Admission.RetryAfterGateTests.AssertNoneInsideAGate(simulation.Attempts);
    }
}
