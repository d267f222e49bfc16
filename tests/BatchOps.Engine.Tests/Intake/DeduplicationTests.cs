using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Intake;

public sealed class DeduplicationTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new() { Deduplicate = true, Random = new FixedRandom(1) };

    private static ItemTraits Key(object? key) => new() { Key = key };

    [Fact]
    public void Followers_GetACopyOfTheOutcome_WhenTheLeaderEnds()
    {
        var run = _simulation.Start(Options, a => Plan.Success(a.Index + 1, $"of {a.Index}"));
        run.Offer(10, Key("a"));
        run.Offer(11, Key("b"));
        run.Offer(12, Key("a"));
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal([0L, 2L, 1L], run.Results.Select(r => r.Index));
        var follower = run.Result(2);
        Assert.Equal((true, ItemStatus.Succeeded, "of 0", 12, 1), (follower.FromCache, follower.Status, follower.Output, follower.Input, follower.Attempts));
        Assert.Equal("a", follower.Key);
        Assert.Equal(TimeSpan.Zero, follower.Duration);
        Assert.Null(follower.StartedAt);
    }

    [Fact]
    public void Followers_OfAFailure_FailInTheSameWay()
    {
        var run = _simulation.Start(Options, _ => Plan.Failure(Failures.OfItem()));
        run.Offer(0, Key("a"));
        run.Offer(1, Key("a"));
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Same(run.Result(0).Error, run.Result(1).Error);
        Assert.Equal((2L, 1L, 1L), (run.Summary.Failed, run.Summary.Executed, run.Summary.FromCache));
    }

    [Fact]
    public void LateEqualItem_GetsTheKnownOutcomeAtOnce()
    {
        var run = _simulation.Start(Options, _ => Plan.Success());
        run.Offer(0, Key("a"));
        _simulation.At(10, () =>
        {
            run.Offer(1, Key("a"));
            run.EndOffers();
        });
        _simulation.RunToEnd();

        Assert.Equal((true, "ok"), (run.Result(1).FromCache, run.Result(1).Output));
        Assert.Equal(10, run.Summary.Duration.TotalSeconds);
        Assert.Single(run.Attempts);
    }

    [Fact]
    public void NoKey_IsNeverEqual()
    {
        var run = _simulation.Start(Options, 3, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal(3, run.Summary.Executed);
    }

    [Fact]
    public void Leader_IsCanceled_FollowersToo()
    {
        var run = _simulation.Start(Options, _ => Plan.Hang);
        run.Offer(0, Key("a"));
        run.Offer(1, Key("a"));
        run.EndOffers();
        _simulation.At(1, run.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal(2, run.Summary.Canceled);
    }

    [Fact]
    public void Leader_IsAbandoned_FollowersEndWithIt()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = TimeSpan.FromSeconds(1), GracePeriod = TimeSpan.FromSeconds(1) }, _ => Plan.Success(100) with { SecondsAfterStop = null });
        run.Offer(0, Key("a"));
        run.Offer(1, Key("a"));
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal((2L, 1), (run.Summary.TimedOut, run.Summary.Abandoned));
        Assert.Equal((true, false), (run.Result(0).Abandoned, run.Result(1).Abandoned));
    }

    [Fact]
    public void Ordered_FollowersKeepTheirPlace()
    {
        var run = _simulation.Start(Options with { Ordered = true }, a => Plan.Success(a.Index == 1 ? 5 : 1));
        foreach (var key in new[] { "a", "b", "a", "b", "a" })
        {
            run.Offer(0, Key(key));
        }

        run.EndOffers();
        _simulation.RunToEnd();
        Assert.Equal([0L, 1L, 2L, 3L, 4L], run.Results.Select(r => r.Index));
    }

    [Fact]
    public void CacheHitRate_IsTheShareOfFollowers()
    {
        var run = _simulation.Start(Options, _ => Plan.Success());
        for (var i = 0; i < 8; i++)
        {
            run.Offer(i, Key(i % 2));
        }

        run.EndOffers();
        _simulation.RunToEnd();
        Assert.Equal(0.75, run.Summary.CacheHitRate);
    }
}
