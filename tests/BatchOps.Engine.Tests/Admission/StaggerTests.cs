using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class StaggerTests
{
    private readonly Simulation _simulation = new();

    [Fact]
    public void Stagger_SpacesTheStartsOfARun_RetriesToo()
    {
        var run = _simulation.Start(
            new BatchOptions
            {
                Stagger = TimeSpan.FromSeconds(2),
                Random = new FixedRandom(0),
                Retry = new() { Count = 1, Delay = TimeSpan.Zero },
            },
            4,
            a => a is { Index: 0, Number: 1 } ? Plan.Failure(Failures.Transient(), 0.5) : Plan.Success(0.5));
        _simulation.RunToEnd();

        Assert.Equal([(0L, 0), (0L, 2), (1L, 4), (2L, 6), (3L, 8)], run.Attempts.Select(a => (a.Index, a.StartedAt)));
    }

    [Fact]
    public void Stagger_OfOneRun_DoesNotSlowTheOther()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var slow = _simulation.Start(new BatchOptions { Throttle = throttle, Stagger = TimeSpan.FromSeconds(10) }, 3, _ => Plan.Success());
        var fast = _simulation.Start(new BatchOptions { Throttle = throttle, ThrottleLimit = 1 }, 5, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal([0, 10, 20], slow.Attempts.Select(a => a.StartedAt));
        Assert.Equal([0, 1, 2, 3, 4], fast.Attempts.Select(a => a.StartedAt));
    }
}
