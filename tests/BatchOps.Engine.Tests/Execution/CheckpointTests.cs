using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class CheckpointTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new()
    {
        ThrottleLimit = 1,
        Random = new FixedRandom(1),
        Retry = new() { Count = 2, Delay = TimeSpan.FromSeconds(1), MaxDelay = TimeSpan.FromSeconds(60) },
    };

    [Fact]
    public void Retries_AreCountedFromTheLastCheckpoint()
    {
        // Attempts 2 and 4 get on before they fail; then nothing does.
        _simulation.Ending = attempt =>
        {
            if (attempt.Number is 2 or 4)
            {
                attempt.Lease.Checkpoint();
            }
        };
        var run = _simulation.Start(Options, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        // The delay begins anew as well: 1 s after the first failure since, then 2 s.
        Assert.Equal([0, 2, 4, 7, 9, 12], run.Attempts.Select(a => a.StartedAt));
        Assert.Equal((ItemStatus.Failed, OutcomeReason.None, 6), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
    }

    [Fact]
    public void FirstAttempt_LeavesAllItsRetries()
    {
        _simulation.Ending = attempt =>
        {
            if (attempt.Number == 1)
            {
                attempt.Lease.Checkpoint();
            }
        };
        var run = _simulation.Start(Options, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal(3, run.Results[0].Attempts);
    }

    [Fact]
    public void WithoutRetries_NoneIsGiven()
    {
        _simulation.Ending = attempt => attempt.Lease.Checkpoint();
        var run = _simulation.Start(Options with { Retry = new() }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal(1, run.Results[0].Attempts);
    }

    [Fact]
    public void Breaker_TakesItForASignOfLife()
    {
        // Each item gets an answer to its first call before the second one fails: the service is no dead one.
        var options = Options with { Retry = new(), ThrottleOptions = new() { BreakAfter = 3 } };
        _simulation.Ending = attempt => attempt.Lease.Checkpoint();
        var run = _simulation.Start(options, 10, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();
        Assert.Equal((0, 10L), (run.Summary.BreakerTrips, run.Summary.Failed));

        var other = new Simulation();
        var without = other.Start(options, 10, _ => Plan.Failure(Failures.Transient()));
        other.RunToEnd();
        Assert.True(without.Summary.BreakerTrips > 0);
    }

    [Fact]
    public void Breaker_ProbeThatGetsOn_ClosesItBeforeItEnds()
    {
        var options = Options with { Retry = new(), ThrottleLimit = 4, ThrottleOptions = new() { BreakAfter = 2, BreakDuration = TimeSpan.FromSeconds(30) } };
        var probe = default(SimulatedAttempt);
        _simulation.Started = attempt => probe = attempt.StartedAt >= 30 && probe is null ? attempt : probe;
        _simulation.At(35, () => probe!.Lease.Checkpoint());
        var states = new List<BreakerState>();
        var run = _simulation.Start(options, 8, a => a.Index < 4 ? Plan.Failure(Failures.Transient()) : Plan.Success(10));
        _simulation.At(34.9, () => states.Add(run.Run.Throttle.Breaker));
        _simulation.At(35.1, () => states.Add(run.Run.Throttle.Breaker));
        _simulation.RunToEnd();

        Assert.Equal([BreakerState.HalfOpen, BreakerState.Closed], states);
        Assert.Equal(1, run.Summary.Limits.First(l => l.Elapsed >= TimeSpan.FromSeconds(35)).Limit);
        Assert.Equal(4, run.Summary.Succeeded);
    }
}
