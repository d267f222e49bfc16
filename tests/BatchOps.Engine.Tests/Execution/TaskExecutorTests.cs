using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class TaskExecutorTests : ParallelExecutorContract
{
    private protected override Func<TimeSpan, int>? Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation)
    {
        TaskExecutor<int, string>.Attach(run, lease => new ValueTask<string>(operation(lease)));
        return null;
    }

    [Fact]
    public async Task Workers_DoNotInheritThePostersAmbientState()
    {
        var ambient = new AsyncLocal<string?>();
        using var rig = Detached(Options);
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskExecutor<int, string>.Attach(rig.Run, lease =>
        {
            seen.TrySetResult(ambient.Value);
            return new("ok");
        });
        ambient.Value = "of the poster";
        rig.PostAll(1);

        Assert.Null(await seen.Task.Within());
        await rig.RestAsync();
    }

    [Fact]
    public async Task Operation_ThrowsBeforeItsFirstAwait_FailsTheItem()
    {
        using var rig = Detached(Options);
        TaskExecutor<int, string>.Attach(rig.Run, _ => throw Failures.OfItem());
        rig.PostAll(1);

        Assert.Equal(ItemStatus.Failed, Assert.Single(await rig.RestAsync()).Status);
    }
}

public sealed class SequentialTaskExecutorTests : SequentialExecutorContract
{
    private protected override Func<TimeSpan, int>? Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation)
    {
        TaskExecutor<int, string>.Attach(run, lease => new ValueTask<string>(operation(lease)));
        return null;
    }
}
