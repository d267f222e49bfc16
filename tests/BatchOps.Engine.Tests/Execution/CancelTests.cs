using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class CancelTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new() { Random = new FixedRandom(1) };

    [Fact]
    public void Cancel_DefaultGrace_EndsWithinTwoSeconds()
    {
        var run = _simulation.Start(Options, 100, a => Plan.Success(1000) with { SecondsAfterStop = a.Index % 2 == 0 ? 0.5 : null });
        _simulation.At(3, run.Run.Cancel);
        _simulation.RunToEnd();

        Assert.InRange(run.Summary.Duration.TotalSeconds, 3, 5);
        Assert.Equal((100L, 2), (run.Summary.Canceled, run.Summary.Abandoned));
    }

    [Fact]
    public void Cancel_WaitingItemsEndAtOnce_InInputOrder()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 2, Retry = new() { Count = 1, Delay = TimeSpan.FromSeconds(60) } }, 10, a => a.Index < 3 ? Plan.Failure(Failures.Transient()) : Plan.Success(100));
        _simulation.At(3, run.Run.Cancel);
        _simulation.RunUntil(3);

        Assert.Equal([0L, 1L, 2L, 5L, 6L, 7L, 8L, 9L], run.Results.Select(r => r.Index).Take(8));
        Assert.Equal(0, run.Summary.Retrying);
    }

    [Fact]
    public void CancelOnFailure_NoOtherItemStartsAfterTheFirstFailure()
    {
        var run = _simulation.Start(Options with { ThrottleLimit = 1, CancelOnFailure = true }, 10, a => a.Index == 3 ? Plan.Failure(Failures.OfItem()) : Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((3L, 1L, 6L, 4L), (run.Summary.Succeeded, run.Summary.Failed, run.Summary.Canceled, run.Summary.Attempts));
    }

    [Fact]
    public void Cancel_BeforeAnything_EndsAtOnce()
    {
        var run = _simulation.Start(Options, _ => Plan.Success());
        run.Run.Cancel();

        Assert.True(run.Summary.Ended);
        Assert.Equal(OutcomeReason.Canceled, run.Summary.StopReason);
    }

    [Fact]
    public void Cancel_AfterTheEnd_ChangesNothing()
    {
        var run = _simulation.Start(Options, 1, _ => Plan.Success());
        _simulation.RunToEnd();
        run.Run.Cancel();

        Assert.Equal((OutcomeReason.None, 1L), (run.Summary.StopReason, run.Summary.Succeeded));
    }

    [Fact]
    public void Cancel_AfterStopAbove_CancelsWhatIsStillAtWork()
    {
        var run = _simulation.Start(Options with { StopAbove = 0.5 }, 60, a => a.Index == 3 ? Plan.Hang : Plan.Failure(Failures.OfItem(), 0.1));
        _simulation.At(5, run.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal(ItemStatus.Canceled, run.Result(3).Status);
        Assert.True(run.Summary.Skipped > 0);
    }

    [Fact]
    public void Cancel_AttemptThatFailsWithinTheGrace_IsCanceled()
    {
        var run = _simulation.Start(Options with { Retry = new() { Count = 3 } }, 1, _ => Plan.Failure(Failures.Transient("late"), 4) with { SecondsAfterStop = null });
        _simulation.At(3, run.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal((ItemStatus.Canceled, OutcomeReason.Canceled, 1, "late"), (run.Results[0].Status, run.Results[0].Reason, run.Results[0].Attempts, run.Results[0].Error?.Message));
    }

    [Fact]
    public void Cancel_CanceledAttempts_SayNothingAboutTheService()
    {
        var throttle = new BatchThrottle(new() { BreakAfter = 1 }, _simulation.Time);
        var run = _simulation.Start(Options with { Throttle = throttle }, 5, _ => Plan.Failure(Failures.Transient(), 4) with { SecondsAfterStop = null });
        _simulation.At(3, run.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal(BreakerState.Closed, throttle.Breaker);
    }

    [Fact]
    public void Cancel_OneOfTwoRuns_TheOtherGetsItsPermits()
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 2 }, _simulation.Time);
        var canceled = _simulation.Start(Options with { Throttle = throttle }, 10, _ => Plan.Success(100));
        var other = _simulation.Start(Options with { Throttle = throttle }, 4, _ => Plan.Success());
        _simulation.At(3, canceled.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal([3, 3, 4, 4], other.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void Abort_KeepsTheFirstFault()
    {
        var run = _simulation.Start(Options, 3, _ => Plan.Success(100));
        var fault = new InvalidOperationException("first");
        _simulation.At(1, () =>
        {
            run.Run.Abort(fault);
            run.Run.Abort(new InvalidOperationException("second"));
        });
        _simulation.RunToEnd();

        Assert.Same(fault, run.Run.Fault);
        Assert.Equal(3, run.Summary.Canceled);
    }

    [Fact]
    public async Task OnStop_IsCalledWhenTheAttemptMustStop_AndAtOnceWhenItMustAlready()
    {
        var run = _simulation.Start(Options, 1, _ => Plan.Hang with { SecondsAfterStop = 1 });
        _simulation.RunUntil(1);
        var lease = _simulation.Attempts[0].Lease;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lease.OnStop(_ => told.TrySetResult());
        run.Run.Cancel();
        await told.Task.Within();

        var toldLate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lease.OnStop(_ => toldLate.TrySetResult());
        await toldLate.Task.Within();
    }

    [Fact]
    public async Task CancellationToken_CallbacksRunOutsideTheLock()
    {
        var run = _simulation.Start(Options, 1, _ => Plan.Hang);
        _simulation.RunUntil(1);
        var held = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _simulation.Attempts[0].Lease.CancellationToken.Register(() => held.SetResult(Monitor.IsEntered(run.Run.Sync)));
        run.Run.Cancel();

        Assert.False(await held.Task.Within());
    }
}
