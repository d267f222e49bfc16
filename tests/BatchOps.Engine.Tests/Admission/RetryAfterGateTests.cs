using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class RetryAfterGateTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new()
    {
        Random = new FixedRandom(),
        ThrottleLimit = 10,
        Retry = new RetryOptions { Count = 1000, Delay = TimeSpan.FromSeconds(0.1), MaxDelay = TimeSpan.FromSeconds(1) },
    };

    [Fact]
    public void Storm_NothingStartsInsideTheGate()
    {
        // A server that takes 20 requests in each 10 s and tells the others to wait for the next 10 s.
        var taken = new Dictionary<int, int>();
        var run = _simulation.Start(Options, 200, a =>
        {
            var slot = (int)(a.Now / 10);
            taken[slot] = taken.GetValueOrDefault(slot) + 1;
            return taken[slot] <= 20 ? Plan.Success(0.05) : Plan.Failure(Failures.Throttled(((slot + 1) * 10) - a.Now), 0.05);
        });
        _simulation.RunToEnd();

        Assert.Equal(200, run.Summary.Succeeded);
        Assert.True(run.Summary.RateLimitHits > 0);
        Assert.Equal(run.Summary.RateLimitHits, run.Run.Throttle.RateLimitHits);
        AssertNoneInsideAGate(_simulation.Attempts);
    }

    [Fact]
    public void Shared_GateOfOneRun_HoldsTheOther()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        _simulation.Start(Options with { Throttle = throttle }, 1, a => a.Number == 1 ? Plan.Failure(Failures.Throttled(30)) : Plan.Success());
        var other = _simulation.Start(Options with { Throttle = throttle, ThrottleLimit = 1 }, 5, _ => Plan.Success(2));
        _simulation.RunToEnd();

        Assert.Equal([0, 31], other.Attempts.Take(2).Select(a => a.StartedAt));
    }

    [Fact]
    public void Gate_ShorterSecondAnswer_DoesNotOpenItEarlier()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 2 }, 3, a => a.Index switch
        {
            0 when a.Number == 1 => Plan.Failure(Failures.Throttled(30), 1),
            1 when a.Number == 1 => Plan.Failure(Failures.Throttled(5), 2),
            _ => Plan.Success(),
        });
        _simulation.RunToEnd();

        Assert.All(run.Attempts.Skip(2), a => Assert.True(a.StartedAt >= 31));
    }

    [Fact]
    public void Gate_UnavailableWithRetryAfter_HoldsToo()
    {
        var unavailable = Failures.Transient();
        unavailable.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(30);
        var run = _simulation.Start(Options with { ThrottleLimit = 1 }, 2, a => a is { Index: 0, Number: 1 } ? Plan.Failure(unavailable) : Plan.Success());
        _simulation.RunToEnd();

        Assert.All(run.Attempts.Skip(1), a => Assert.True(a.StartedAt >= 31));
    }

    [Fact]
    public void Gate_NegativeOrZeroWait_HoldsNothing()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1 }, 2, a => a is { Index: 0, Number: 1 } ? Plan.Failure(Failures.Throttled(-5)) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal(TimeSpan.Zero, run.Run.Throttle.GateRemaining);
        Assert.Equal(1, run.StartOf(1));
    }

    [Fact]
    public void Hold_ByHand_HoldsEverythingBack()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        throttle.Hold(TimeSpan.FromSeconds(7));
        Assert.Equal(7, throttle.GateRemaining.TotalSeconds);
        var run = _simulation.Start(Options with { Throttle = throttle }, 3, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.All(run.Attempts, a => Assert.Equal(7, a.StartedAt));
    }

    internal static void AssertNoneInsideAGate(IEnumerable<SimulatedAttempt> attempts)
    {
        var gates = attempts
            .Where(a => a.EndedAt is not null && a.Plan.Outcome.RetryAfter > TimeSpan.Zero)
            .Select(a => (From: a.EndedAt!.Value, To: a.EndedAt.Value + a.Plan.Outcome.RetryAfter!.Value.TotalSeconds))
            .ToList();
        Assert.All(attempts, a => Assert.DoesNotContain(gates, g => a.StartedAt > g.From + 1e-6 && a.StartedAt < g.To - 1e-6));
    }
}
