using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>What a run promises one item at a time.</summary>
public abstract class SequentialExecutorContract : ExecutorContract
{
    protected override int Limit => 1;

    // The limit is there to be ignored.
    private protected override BatchOptions Shape(BatchOptions options) => options with { Sequential = true, ThrottleLimit = 9 };

    [Fact]
    public async Task Retry_NextItemStartsOnlyAfterTheRetriesOfTheOneBefore()
    {
        using var rig = Start(Options with { Retry = Retries(2) });
        rig.PostAll(2);
        (await rig.Script.NextAsync()).Fail(Failures.Transient());
        rig.Until(() => rig.Summary.Retrying == 1);
        Time.Run(5);
        var second = await rig.Script.NextAsync();
        Assert.Equal((0, 2), (second.Index, second.Number));
        second.Fail(Failures.Transient());
        rig.Until(() => rig.Summary.Retrying == 1);
        Time.Run(10);
        var third = await rig.Script.NextAsync();
        Assert.Equal((0, 3), (third.Index, third.Number));
        third.Fail(Failures.Transient());
        var next = await rig.Script.NextAsync();
        Assert.Equal((1, 1), (next.Index, next.Number));
        next.Succeed();

        Assert.Equal([ItemStatus.Failed, ItemStatus.Succeeded], (await rig.RestAsync()).Select(r => r.Status));
    }

    [Fact]
    public async Task Unordered_LeavesInInputOrderAnyway()
    {
        using var rig = Start(Options);
        rig.Script.Succeeds = true;
        rig.PostAll(100);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), (await rig.RestAsync()).Select(r => r.Index));
    }
}
