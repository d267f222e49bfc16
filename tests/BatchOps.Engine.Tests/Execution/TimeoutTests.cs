using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class TimeoutTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new() { Random = new FixedRandom(1), GracePeriod = Seconds(1) };

    private static RetryOptions Retry(int count, double delay = 1) => new() { Count = count, Delay = Seconds(delay), MaxDelay = Seconds(Math.Max(60, delay)) };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void AttemptTimeout_WaitingForAdmissionIsExcluded()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1, AttemptTimeout = Seconds(2) }, 5, _ => Plan.Success(1.9));
        _simulation.RunToEnd();

        Assert.Equal(5, run.Summary.Succeeded);
    }

    [Fact]
    public void AttemptTimeout_SuccessWithinTheGrace_Counts()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2) }, 1, _ => Plan.Success(2.5) with { SecondsAfterStop = null });
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Succeeded, "ok"), (run.Results[0].Status, run.Results[0].Output));
    }

    [Fact]
    public void AttemptTimeout_RetriedUntilNoneIsLeft_EndsTimedOutWithOneErrorEach()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2), Retry = Retry(2) }, 1, _ => Plan.Hang);
        _simulation.RunToEnd();

        Assert.Equal([0, 3, 7], run.Attempts.Select(a => a.StartedAt));
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, 3), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal(3, run.Results[0].Errors.OfType<TimeoutException>().Count());
    }

    [Fact]
    public void AttemptTimeout_NoRetryStartsBeforeTheAttemptHasEnded()
    {
        // Stopped at 2 s, the first attempt takes 0.9 s to end.
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2), Retry = Retry(1, delay: 0.1) }, 1, a => a.Number == 1 ? Plan.Hang with { SecondsAfterStop = 0.9 } : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal(3, run.StartOf(0, 2));
    }

    [Fact]
    public void AttemptTimeout_AbandonedAttempt_IsNotRetried()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2), Retry = Retry(5) }, 1, _ => Plan.Success(100) with { SecondsAfterStop = null });
        _simulation.RunToEnd();

        var result = Assert.Single(run.Results);
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, true, 1), (result.Status, result.Reason, result.Abandoned, result.Attempts));
        Assert.Equal(3, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void GracePeriodZero_AbandonsAtOnce()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2), GracePeriod = TimeSpan.Zero, ThrottleLimit = 3 }, 6, a => a.Index < 3 ? Plan.Success(5) with { SecondsAfterStop = null } : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((3, 3, 3L), (run.Summary.Abandoned, run.Summary.TimedOut, run.Summary.Succeeded));

        // Their permits were taken until their work ended.
        Assert.Equal(5, run.StartOf(3));
    }

    [Fact]
    public void ItemTimeout_CountsFromTheFirstAdmission_NotFromIntake()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1, ItemTimeout = Seconds(2) }, 3, _ => Plan.Success(1.5));
        _simulation.RunToEnd();

        Assert.Equal(3, run.Summary.Succeeded);
    }

    [Fact]
    public void ItemTimeout_DuringALaterAttempt_EndsTimedOut()
    {
        var run = _simulation.Start(Options with { ItemTimeout = Seconds(10), Retry = Retry(5) }, 1, a => a.Number == 1 ? Plan.Failure(Failures.Transient()) : Plan.Hang);
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.ItemTimeout, 2), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal(10, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void ItemTimeout_DueRetryWaitsForAPermit_EndsTimedOutAtItsDeadline()
    {
        // Item 0 fails at 1 s and is due at 2 s, but item 1 holds the only permit until 100 s.
        var run = _simulation.Start(
            Options with { ThrottleLimit = 1, ItemTimeout = Seconds(10), Retry = Retry(1) },
            2,
            a => a.Index == 0 ? Plan.Failure(Failures.Transient()) : Plan.Success(9.5));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.ItemTimeout, 1), (run.Result(0).Status, run.Result(0).Reason, run.Result(0).Attempts));
        Assert.Equal(10, (run.Result(0).EndedAt - run.Summary.StartTime).TotalSeconds);
        Assert.Equal(0, run.Summary.Retrying);
        Assert.Equal(2, run.Attempts.Count());
    }

    [Fact]
    public void ItemTimeout_DueRetryWaitsForAPermit_GivesBackItsKey()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1, ItemTimeout = Seconds(10), Retry = Retry(1) }, a => a.Index == 0 ? Plan.Failure(Failures.Transient()) : Plan.Success(9.5));
        run.Offer(0, new ItemTraits { SerializeBy = "key" });
        run.Offer(1);
        run.Offer(2, new ItemTraits { SerializeBy = "key" });
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal(10.5, run.StartOf(2));
    }

    [Fact]
    public void ItemTimeout_BreakerHoldsTheRetry_EndsTimedOutAtItsDeadline()
    {
        var run = _simulation.Start(
            Options with { ThrottleOptions = new() { BreakAfter = 1 }, ItemTimeout = Seconds(10), Retry = Retry(5) },
            1,
            _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.ItemTimeout, 1), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal(10, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void ItemTimeout_WaitingForRetry_CountsAsAFailureForTheTriggers()
    {
        // One item after the other fails and waits behind the next, which runs until its deadline.
        var run = _simulation.Start(
            Options with { ThrottleLimit = 1, ItemTimeout = Seconds(10), Retry = Retry(1), StopAbove = 0.4 },
            60,
            a => a.Index % 2 == 0 ? Plan.Failure(Failures.Transient()) : Plan.Success(9.5));
        _simulation.RunToEnd();

        Assert.Equal(OutcomeReason.StopAbove, run.Summary.StopReason);
        Assert.True(run.Summary.TimedOut > 0);
    }

    [Fact]
    public void RunTimeout_RetryThatWaits_EndsTimedOut()
    {
        var run = _simulation.Start(Options with { RunTimeout = Seconds(5), Retry = Retry(1, delay: 100) }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.Deadline, 1), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal(5, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void RunTimeout_SuccessWithinTheGrace_Counts()
    {
        var run = _simulation.Start(Options with { RunTimeout = Seconds(5) }, 1, _ => Plan.Success(5.5) with { SecondsAfterStop = null });
        _simulation.RunToEnd();

        Assert.Equal(ItemStatus.Succeeded, run.Results[0].Status);
    }

    [Fact]
    public void RunTimeout_BreakerOpen_NotStartedAreSkippedForTheBreaker()
    {
        var run = _simulation.Start(
            Options with { ThrottleLimit = 1, RunTimeout = Seconds(5), ThrottleOptions = new() { BreakAfter = 1 } },
            3,
            _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal([OutcomeReason.None, OutcomeReason.BreakerOpen, OutcomeReason.BreakerOpen], run.Results.OrderBy(r => r.Index).Select(r => r.Reason));
        Assert.Equal(2, run.Summary.Skipped);
    }

    [Fact]
    public void RunTimeout_NoItemsYet_StopsWhatArrives()
    {
        var run = _simulation.Start(Options with { RunTimeout = Seconds(5) }, _ => Plan.Success());
        _simulation.At(7, () =>
        {
            run.Offer(0);
            run.EndOffers();
        });
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Skipped, OutcomeReason.Deadline), (run.Results[0].Status, run.Results[0].Reason));
    }

    [Fact]
    public void WaitTimeout_KeyBusy_IsSkipped_AndTheKeyPassesOn()
    {
        var run = _simulation.Start(Options with { WaitTimeout = Seconds(3) }, a => a.Index == 0 ? Plan.Success(4) : Plan.Success());
        run.Offer(0, new ItemTraits { SerializeBy = "key" });
        run.Offer(1, new ItemTraits { SerializeBy = "key" });
        _simulation.At(2, () =>
        {
            run.Offer(2, new ItemTraits { SerializeBy = "key" });
            run.EndOffers();
        });
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Skipped, OutcomeReason.AdmissionTimeout), (run.Result(1).Status, run.Result(1).Reason));
        Assert.Equal(4, run.StartOf(2));
    }

    [Fact]
    public void WaitTimeout_BreakerOpen_NamesTheBreaker()
    {
        var run = _simulation.Start(
            Options with { ThrottleLimit = 1, WaitTimeout = Seconds(3), ThrottleOptions = new() { BreakAfter = 1 } },
            2,
            _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Skipped, OutcomeReason.BreakerOpen), (run.Result(1).Status, run.Result(1).Reason));
        Assert.Equal(3, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void Abandoned_RunHasEnded_LateOutcomeChangesNothing()
    {
        var run = _simulation.Start(Options with { AttemptTimeout = Seconds(2) }, 1, _ => Plan.Success(100) with { SecondsAfterStop = null });
        _simulation.RunToEnd();
        var duration = run.Summary.Duration;
        Assert.Equal(0, run.Run.Throttle.InFlight);
        Assert.NotEmpty(_simulation.Running);
        _simulation.RunUntil(200);

        Assert.Empty(_simulation.Running);
        Assert.Single(run.Results);
        Assert.Equal((duration, 0, 0), (run.Summary.Duration, run.Run.Throttle.InFlight, run.Summary.Succeeded));
    }

    [Fact]
    public void Abandoned_RunHasEnded_KeyIsHandedToTheOtherRunWhenTheWorkEnds()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var first = _simulation.Start(Options with { Throttle = throttle, AttemptTimeout = Seconds(2) }, _ => Plan.Success(50) with { SecondsAfterStop = null });
        var second = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
        foreach (var run in new[] { first, second })
        {
            run.Offer(0, new ItemTraits { SerializeBy = "key" });
            run.EndOffers();
        }

        _simulation.RunToEnd();
        Assert.Equal(50, second.StartOf(0));
    }
}
