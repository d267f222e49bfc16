using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class ThreadExecutorTests : ParallelExecutorContract
{
    private protected override Func<TimeSpan, int> Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation) =>
        ThreadExecutor<int, string>.Attach(run, lease => operation(lease).GetAwaiter().GetResult()).WaitForWorkers;

    [Fact]
    public async Task Workers_OneItem_OpensOne()
    {
        using var rig = Detached(Options);
        var executor = ThreadExecutor<int, string>.Attach(rig.Run, lease => rig.Script.RunAsync(lease).GetAwaiter().GetResult());
        Assert.Equal(0, executor.OpenedWorkers);
        rig.Post(1);
        (await rig.Script.NextAsync()).Succeed();
        Assert.NotNull(await rig.NextResultAsync());
        Assert.Equal(1, executor.OpenedWorkers);
    }

    [Fact]
    public async Task Workers_ManyItems_OpensNoMoreThanTheLimit()
    {
        using var rig = Detached(Options);
        var executor = ThreadExecutor<int, string>.Attach(rig.Run, lease => rig.Script.RunAsync(lease).GetAwaiter().GetResult());
        rig.Script.Succeeds = true;
        rig.PostAll(200);

        await rig.RestAsync();
        Assert.InRange(executor.OpenedWorkers, 1, Limit);
        Assert.Equal(0, executor.WaitForWorkers(HangGuard.Limit));
    }

    [Fact]
    public async Task Workers_ThrottleFull_OpensNone()
    {
        var throttle = new BatchThrottle(new ThrottleOptions { ThrottleLimit = 1 }, Time);
        using var holder = Start(Options with { Throttle = throttle });
        holder.Post(1);
        var holding = await holder.Script.NextAsync();

        using var rig = Detached(Options with { Throttle = throttle });
        var executor = ThreadExecutor<int, string>.Attach(rig.Run, lease => rig.Script.RunAsync(lease).GetAwaiter().GetResult());
        rig.Post(3);
        Assert.Equal(0, executor.OpenedWorkers);

        holding.Succeed();
        (await rig.Script.NextAsync()).Succeed();
        Assert.NotEqual(0, executor.OpenedWorkers);
    }

    [Fact]
    public async Task Worker_ThrowsWhileOpening_EndsTheRunWithOneFault()
    {
        using var rig = Detached(Options);
        var fault = new InvalidOperationException("initialization script failed");
        var executor = ThreadExecutor<int, string>.Attach(rig.Run, (LeaseTaker<int, string> _) => throw fault);
        rig.Post(20);

        var results = await rig.RestAsync();
        Assert.Equal(20, results.Count);
        Assert.All(results, r => Assert.Equal((ItemStatus.Canceled, 0), (r.Status, r.Attempts)));
        Assert.Same(fault, rig.Run.Fault);
        Assert.Equal(0, executor.WaitForWorkers(HangGuard.Limit));
    }

    [Fact]
    public async Task Worker_ThrowsWithALeaseInHand_TheItemEndsToo()
    {
        using var rig = Detached(Options);
        var fault = new InvalidOperationException("worker died");
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadExecutor<int, string>.Attach(rig.Run, (LeaseTaker<int, string> taker) =>
        {
            taker.Take();
            died.SetResult();
            throw fault;
        });
        rig.Post(1);
        await died.Task.Within();
        rig.Until(() => rig.Run.StopReason == OutcomeReason.Canceled);
        Time.Run(2);

        Assert.Equal(ItemStatus.Canceled, Assert.Single(await rig.RestAsync()).Status);
        Assert.Same(fault, rig.Run.Fault);
    }

    [Fact]
    public async Task Worker_LeavesEarly_AnotherIsOpenedInItsPlace()
    {
        using var rig = Detached(Options with { ThrottleLimit = 1 });
        rig.PostAll(5);
        var executor = ThreadExecutor<int, string>.Attach(rig.Run, (LeaseTaker<int, string> taker) =>
        {
            // A runspace that is used up: one item a worker.
            if (taker.Take() is { } lease)
            {
                taker.Complete(lease, AttemptOutcome<string>.Succeeded("ok"));
            }
        });

        Assert.Equal(5, (await rig.RestAsync()).Count);
        Assert.Equal(5, executor.OpenedWorkers);
        Assert.Equal(0, executor.WaitForWorkers(HangGuard.Limit));
    }

    [Fact]
    public async Task Workers_DoNotInheritThePostersAmbientState()
    {
        var ambient = new AsyncLocal<string?>();
        using var rig = Detached(Options);
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadExecutor<int, string>.Attach(rig.Run, lease =>
        {
            seen.TrySetResult(ambient.Value);
            return "ok";
        });
        ambient.Value = "of the poster";
        rig.PostAll(1);

        Assert.Null(await seen.Task.Within());
        await rig.RestAsync();
    }
}

public sealed class SequentialThreadExecutorTests : SequentialExecutorContract
{
    private protected override Func<TimeSpan, int> Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation) =>
        ThreadExecutor<int, string>.Attach(run, lease => operation(lease).GetAwaiter().GetResult()).WaitForWorkers;
}
