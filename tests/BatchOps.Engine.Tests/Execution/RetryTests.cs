using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class RetryTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new() { Random = new FixedRandom(1), Retry = Retry(3) };

    private static RetryOptions Retry(int count, double delay = 1, double maxDelay = 60) => new()
    {
        Count = count,
        Delay = TimeSpan.FromSeconds(delay),
        MaxDelay = TimeSpan.FromSeconds(maxDelay),
    };

    [Fact]
    public void Delay_DoublesUpToTheCeiling()
    {
        var run = _simulation.Start(Options with { Retry = Retry(5, delay: 1, maxDelay: 5) }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        // Each attempt takes 1 s; the delays between them are 1, 2, 4, 5 and 5 s.
        Assert.Equal([0, 2, 5, 10, 16, 22], run.Attempts.Select(a => a.StartedAt));
        Assert.Equal((ItemStatus.Failed, 6), (run.Results[0].Status, run.Results[0].Attempts));
        Assert.Equal(6, run.Results[0].Duration.TotalSeconds);
        Assert.Equal(17, run.Results[0].Waited.TotalSeconds);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.25, 2)]
    [InlineData(0.75, 6)]
    public void Delay_IsAnEvenDrawFromZeroToTheCeiling(double draw, double expected)
    {
        var delay = RetryPipeline<int, string>.Delay(Retry(9, delay: 2), number: 2, new FixedRandom(draw));
        Assert.Equal(expected, delay.TotalSeconds);
    }

    [Fact]
    public void Delay_ManyRetries_NeverOverflowsTheCeiling()
    {
        var retry = Retry(1_000_000);
        for (var number = 0; number < 3000; number++)
        {
            Assert.InRange(RetryPipeline<int, string>.Delay(retry, number, Random.Shared), TimeSpan.Zero, retry.MaxDelay);
        }
    }

    [Fact]
    public void Delay_Zero_RetriesAtOnce()
    {
        var run = _simulation.Start(Options with { Retry = Retry(2, delay: 0, maxDelay: 0) }, 1, _ => Plan.Failure(Failures.Transient()));
        _simulation.RunToEnd();

        Assert.Equal([0, 1, 2], run.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void RetryAfter_LongerThanTheDelay_IsKept()
    {
        var run = _simulation.Start(Options, 1, a => a.Number == 1 ? Plan.Failure(Failures.Throttled(30)) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal([0, 31], run.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void RetryAfter_ShorterThanTheDelay_DelayIsKept()
    {
        var run = _simulation.Start(Options with { Retry = Retry(1, delay: 10) }, 1, a => a.Number == 1 ? Plan.Failure(Failures.Throttled(2)) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal([0, 11], run.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void RetryAfter_BeyondMaximum_FailsAtOnce_AndTheGateStands()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1 }, 2, a => a.Index == 0 ? Plan.Failure(Failures.Throttled(301)) : Plan.Success());
        _simulation.RunUntil(1);

        var failed = Assert.Single(run.Results);
        Assert.Equal((ItemStatus.Failed, OutcomeReason.RetryAfterTooLong, 1), (failed.Status, failed.Reason, failed.Attempts));
        Assert.Equal(301, run.Run.Throttle.GateRemaining.TotalSeconds);

        _simulation.RunToEnd();
        Assert.Equal(302, run.StartOf(1));
    }

    [Fact]
    public void RetryAfter_ExactlyTheMaximum_IsWaitedFor()
    {
        var run = _simulation.Start(Options, 1, a => a.Number == 1 ? Plan.Failure(Failures.Throttled(300)) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal([0, 301], run.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void RetryAfter_BeyondTheItemsDeadline_FailsAtOnce()
    {
        var run = _simulation.Start(Options with { ItemTimeout = TimeSpan.FromSeconds(20) }, 1, _ => Plan.Failure(Failures.Throttled(19)));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Failed, OutcomeReason.RetryAfterTooLong, 1), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal(1, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void RetryAfter_RetriesUsedUp_FailsForThatReason()
    {
        var run = _simulation.Start(Options with { Retry = Retry(0) }, 1, _ => Plan.Failure(Failures.Throttled(1000)));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Failed, OutcomeReason.None), (run.Results[0].Status, run.Results[0].Reason));
    }

    [Fact]
    public void ItemTimeout_NextRetryWouldStartTooLate_FailsAtOnce()
    {
        var run = _simulation.Start(Options with { ItemTimeout = TimeSpan.FromSeconds(4) }, 1, _ => Plan.Failure(Failures.Transient("last")));
        _simulation.RunToEnd();

        // Attempts at 0 and 2 s; the third would be due at 5 s.
        Assert.Equal((ItemStatus.Failed, OutcomeReason.NoTimeToRetry, 2), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts));
        Assert.Equal("last", run.Results[0].Error!.Message);
        Assert.Equal(3, run.Summary.Duration.TotalSeconds);
    }

    [Fact]
    public void Output_OnlyTheLastAttemptsIsKept()
    {
        var run = _simulation.Start(Options with { Retry = Retry(1) }, 2, a => a switch
        {
            { Number: 1 } => Plan.Failure(Failures.Transient(), output: "of the first"),
            { Index: 0 } => Plan.Success(output: "of the second"),
            _ => Plan.Failure(Failures.Transient(), output: "of the failed last"),
        });
        _simulation.RunToEnd();

        Assert.Equal("of the second", run.Result(0).Output);
        Assert.Equal("of the failed last", run.Result(1).Output);
    }

    [Fact]
    public void Due_StartBeforeNewItems_ByIndex()
    {
        // Items 2, 1 and 0 fall due in this order while 3, 4 and 5 are at work and 6 and 7 wait.
        var run = _simulation.Start(Options with { ThrottleLimit = 3, Retry = Retry(1, delay: 10) }, 8, a => a switch
        {
            { Index: 0, Number: 1 } => Plan.Failure(Failures.Transient(), 0.3),
            { Index: 1, Number: 1 } => Plan.Failure(Failures.Transient(), 0.2),
            { Index: 2, Number: 1 } => Plan.Failure(Failures.Transient(), 0.1),
            { Index: <= 5 } => Plan.Success(20),
            _ => Plan.Success(),
        });
        _simulation.RunToEnd();

        Assert.Equal([0, 1, 2, 3, 4, 5, 0, 1, 2, 6, 7], run.Attempts.Select(a => a.Index));
        Assert.All(run.Attempts.Where(a => a.Number == 2), a => Assert.True(a.StartedAt < run.StartOf(6)));
    }

    [Fact]
    public void CanceledByItself_IsNotRetried()
    {
        var run = _simulation.Start(Options, 1, _ => Plan.Failure(new OperationCanceledException()));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Failed, 1), (run.Results[0].Status, run.Results[0].Attempts));
    }

    [Fact]
    public void Waiting_OccupiesNoPermit_ThousandItemsWaitAtOnce()
    {
        var run = _simulation.Start(
            Options with { ThrottleLimit = 2, Credits = 1000, Retry = Retry(1, delay: 3600, maxDelay: 3600) },
            1000,
            a => a.Number == 1 ? Plan.Failure(Failures.Transient(), 0.001) : Plan.Success(0.001));
        _simulation.RunUntil(100);
        Assert.Equal((1000, 0, 0), (run.Summary.Retrying, run.Summary.Running, run.Run.Throttle.InFlight));

        _simulation.RunToEnd();
        Assert.Equal(1000, run.Summary.Succeeded);
        Assert.Equal(2, run.WorkersOpened);
    }

    [Fact]
    public void ThousandRetriesOfOneItem_NeedNoDeeperStack()
    {
        var run = _simulation.Start(Options with { Retry = Retry(20_000, delay: 0, maxDelay: 0) }, 1, _ => Plan.Failure(Failures.Transient(), 0));
        _simulation.RunToEnd();

        Assert.Equal(20_001, run.Results[0].Attempts);
        Assert.Equal(20_001, run.Results[0].Errors.Count);
    }

    [Fact]
    public void StopAbove_WaitingRetry_EndsAsFailed()
    {
        // Item 0 waits for its retry while the others reach the limit.
        var run = _simulation.Start(
            Options with { StopAbove = 0.5, Retry = Retry(1, delay: 1000, maxDelay: 1000) },
            40,
            a => Plan.Failure(a.Index == 0 ? Failures.Transient() : Failures.OfItem()));
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Failed, OutcomeReason.StopAbove, 1), (run.Result(0).Status, run.Result(0).Reason, run.Result(0).Attempts));
        Assert.Equal(0, run.Summary.Retrying);
    }
}
