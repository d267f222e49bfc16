using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class FailureTriggerTests
{
    private readonly Simulation _simulation = new();

    [Fact]
    public void Window_NeedsTwenty_ThenLooksAtTheLastFifty()
    {
        var window = new FailureWindow();
        for (var i = 0; i < 19; i++)
        {
            window.NoteItem(failed: true);
            Assert.Equal(0, window.Failed);
        }

        window.NoteItem(failed: true);
        Assert.Equal(1, window.Failed);
        for (var i = 0; i < 30; i++)
        {
            window.NoteItem(failed: false);
        }

        Assert.Equal(0.4, window.Failed);
        for (var i = 0; i < 20; i++)
        {
            window.NoteItem(failed: false);
        }

        Assert.Equal(0, window.Failed);
    }

    [Fact]
    public void Window_ItemsAndAttemptsAreCountedApart()
    {
        var window = new FailureWindow();
        for (var i = 0; i < 20; i++)
        {
            window.NoteAttempt(throttled: true);
        }

        Assert.Equal((0, 1), (window.Failed, window.Throttled));
    }

    [Fact]
    public void StopAbove_ExactlyTheShare_GoesOn()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 1, StopAbove = 0.5 }, 100, a => a.Index % 2 == 0 ? Plan.Success() : Plan.Failure(Failures.OfItem()));
        _simulation.RunToEnd();

        Assert.Equal((OutcomeReason.None, 50L), (run.Summary.StopReason, run.Summary.Failed));
    }

    [Fact]
    public void StopAbove_LateFailures_StopWithinOneWindow()
    {
        // All is well for 200 items, then nothing is.
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 1, StopAbove = 0.5 }, 400, a => a.Index < 200 ? Plan.Success() : Plan.Failure(Failures.OfItem()));
        _simulation.RunToEnd();

        Assert.Equal((200L, 26L, 174L), (run.Summary.Succeeded, run.Summary.Failed, run.Summary.Skipped));
    }

    [Fact]
    public void StopAbove_FollowersAndFaultsAtIntake_DoNotCount()
    {
        var run = _simulation.Start(new BatchOptions { Deduplicate = true, StopAbove = 0 }, a => a.Index == 0 ? Plan.Failure(Failures.OfItem()) : Plan.Success());
        for (var i = 0; i < 60; i++)
        {
            run.Offer(i, new ItemTraits { Key = "same", Fault = i > 30 ? Failures.OfItem() : null });
        }

        run.EndOffers();
        _simulation.RunToEnd();
        Assert.Equal((OutcomeReason.None, 60L, 1L), (run.Summary.StopReason, run.Summary.Failed, run.Summary.Executed));
    }

    [Fact]
    public void StopAbove_ItemThatSucceededAfterRetries_IsNoFailure()
    {
        var run = _simulation.Start(
            new BatchOptions { StopAbove = 0, Random = new FixedRandom(1), Retry = new() { Count = 1 } },
            60,
            a => a.Number == 1 ? Plan.Failure(Failures.Transient()) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((OutcomeReason.None, 60L), (run.Summary.StopReason, run.Summary.Succeeded));
    }

    [Fact]
    public void StopAbove_TimedOutItems_AreFailures()
    {
        var run = _simulation.Start(new BatchOptions { StopAbove = 0.5, AttemptTimeout = TimeSpan.FromSeconds(1) }, 60, _ => Plan.Hang);
        _simulation.RunToEnd();

        Assert.Equal(OutcomeReason.StopAbove, run.Summary.StopReason);
    }

    [Fact]
    public void StopAbove_AbandonedItems_AreFailures()
    {
        var run = _simulation.Start(
            new BatchOptions { ThrottleLimit = 25, StopAbove = 0.5, AttemptTimeout = TimeSpan.FromSeconds(1), GracePeriod = TimeSpan.FromSeconds(1) },
            60,
            _ => Plan.Success(1000) with { SecondsAfterStop = null });
        _simulation.RunToEnd();

        Assert.Equal((OutcomeReason.StopAbove, 25L, 35L), (run.Summary.StopReason, run.Summary.TimedOut, run.Summary.Skipped));
        Assert.Equal(2, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void StopAbove_StopsThatRunOnly()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var failing = _simulation.Start(new BatchOptions { Throttle = throttle, StopAbove = 0.5 }, 60, _ => Plan.Failure(Failures.OfItem()));
        var other = _simulation.Start(new BatchOptions { Throttle = throttle, StopAbove = 0.5 }, 60, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((OutcomeReason.StopAbove, OutcomeReason.None, 60L), (failing.Summary.StopReason, other.Summary.StopReason, other.Summary.Succeeded));
    }

    [Fact]
    public void SequentialAbove_Latches_ForThatRunOnly()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var failing = _simulation.Start(new BatchOptions { Throttle = throttle, ThrottleLimit = 4, SequentialAbove = 0.5 }, 200, a => a.Index < 20 ? Plan.Failure(Failures.OfItem()) : Plan.Success());
        var other = _simulation.Start(new BatchOptions { Throttle = throttle, ThrottleLimit = 4 }, 800, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.True(failing.Summary.FellBackToSequential);
        Assert.False(other.Summary.FellBackToSequential);

        // 20 failures at four at once, three that had started by then, and one at a time to the end, long after the last failure.
        Assert.Equal(5 + 1 + 177, failing.Summary.Duration.TotalSeconds);
        Assert.Equal(200, other.Summary.Duration.TotalSeconds);
        Assert.Equal([new LimitChange(TimeSpan.Zero, 4), new LimitChange(TimeSpan.FromSeconds(5), 1)], failing.Summary.Limits);
    }

    [Fact]
    public void SequentialAboveThrottled_CountsAttempts_RetriesToo()
    {
        var run = _simulation.Start(
            new BatchOptions { ThrottleLimit = 4, SequentialAboveThrottled = 0.3, Random = new FixedRandom(0), Retry = new() { Count = 5 } },
            40,
            a => a.Number == 1 ? Plan.Failure(Failures.Throttled()) : Plan.Success());
        _simulation.RunToEnd();

        Assert.True(run.Summary.FellBackToSequential);
        Assert.Equal((40L, 40L, 0L), (run.Summary.Succeeded, run.Summary.RateLimitHits, run.Summary.Failed));
    }
}
