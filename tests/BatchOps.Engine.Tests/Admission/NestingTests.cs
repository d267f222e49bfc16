using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>Runs that are started inside an item.</summary>
public sealed class NestingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InnerRun_OnTheThrottleThatItsItemHolds_IsAnErrorThatSaysSo(bool onThread)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 1 });
        var result = await OuterAsync(onThread, new BatchOptions { Throttle = throttle }, _ => new BatchRun<int, string>(new BatchOptions { Throttle = throttle }));

        Assert.Equal(ItemStatus.Failed, result.Status);
        Assert.Contains("throttle", Assert.IsType<BatchNestingException>(result.Error).Message, StringComparison.Ordinal);
        Assert.Equal(0, throttle.Runs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InnerRun_TwoLevelsDown_IsFoundToo(bool onThread)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 1 });
        var result = await OuterAsync(
            onThread,
            new BatchOptions { Throttle = throttle },
            _ =>
            {
                var middle = OuterAsync(!onThread, new BatchOptions(), _ => new BatchRun<int, string>(new BatchOptions { Throttle = throttle })).GetAwaiter().GetResult();
                throw middle.Error!;
            });

        Assert.IsType<BatchNestingException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InnerRun_ThroughAnotherTask_IsFoundToo(bool onThread)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 1 });
        var result = await OuterAsync(
            onThread,
            new BatchOptions { Throttle = throttle },
            _ => Task.Run(() => new BatchRun<int, string>(new BatchOptions { Throttle = throttle })).GetAwaiter().GetResult());

        Assert.IsType<BatchNestingException>(result.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task InnerRun_OnAThrottleOfItsOwn_Works(bool onThread)
    {
        var result = await OuterAsync(onThread, new BatchOptions(), async _ =>
        {
            var inner = await OuterAsync(onThread, new BatchOptions(), _ => "inner");
            Assert.Equal(ItemStatus.Succeeded, inner.Status);
        });

        Assert.Equal(ItemStatus.Succeeded, result.Status);
    }

    [Fact]
    public async Task InnerItem_OnTheKeyThatItsOuterItemHolds_Fails()
    {
        var result = await OuterAsync(
            onThread: true,
            new BatchOptions(),
            _ =>
            {
                var inner = OuterAsync(onThread: true, new BatchOptions(), _ => "never", new ItemTraits { SerializeBy = "host" }).GetAwaiter().GetResult();
                Assert.Equal((ItemStatus.Failed, 0), (inner.Status, inner.Attempts));
                throw inner.Error!;
            },
            new ItemTraits { SerializeBy = "host" });

        Assert.Contains("'host'", Assert.IsType<BatchNestingException>(result.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InnerItem_OnAnotherKey_Works()
    {
        var result = await OuterAsync(
            onThread: true,
            new BatchOptions(),
            _ => Assert.Equal(ItemStatus.Succeeded, OuterAsync(onThread: true, new BatchOptions(), _ => "ok", new ItemTraits { SerializeBy = "other" }).GetAwaiter().GetResult().Status),
            new ItemTraits { SerializeBy = "host" });

        Assert.Equal(ItemStatus.Succeeded, result.Status);
    }

    [Fact]
    public async Task RunAfterAnItem_OnTheSameWorkerThread_IsNotNested()
    {
        var throttle = new BatchThrottle();
        var run = new BatchRun<int, string>(new BatchOptions { Throttle = throttle });
        Exception? error = null;
        ThreadExecutor<int, string>.Attach(run, (LeaseTaker<int, string> taker) =>
        {
            var lease = taker.Take();
            taker.Complete(lease!, AttemptOutcome<string>.Succeeded("ok"));
            error = Record.Exception(() => new BatchRun<int, string>(new BatchOptions { Throttle = throttle }).Cancel());
        });
        run.TryPost(0, ItemTraits.None);
        run.CompleteAdding();
        await run.WaitForResultAsync().Within();
        run.TakeResults([]);

        Assert.False(await run.WaitForResultAsync().Within());
        Assert.Null(error);
    }

    private static Task<ItemResult<int, string>> OuterAsync(bool onThread, BatchOptions options, Func<Lease, object> operation, ItemTraits? traits = null) =>
        OuterAsync(onThread, options, lease =>
        {
            operation(lease);
            return Task.CompletedTask;
        }, traits);

    private static Task<ItemResult<int, string>> OuterAsync(bool onThread, BatchOptions options, Action<Lease> operation, ItemTraits? traits = null) =>
        OuterAsync(onThread, options, lease =>
        {
            operation(lease);
            return Task.CompletedTask;
        }, traits);

    /// <summary>Runs one item to its end.</summary>
    private static async Task<ItemResult<int, string>> OuterAsync(bool onThread, BatchOptions options, Func<Lease, Task> operation, ItemTraits? traits = null)
    {
        var run = new BatchRun<int, string>(options);
        if (onThread)
        {
            ThreadExecutor<int, string>.Attach(run, lease =>
            {
                operation(lease).GetAwaiter().GetResult();
                return "ok";
            });
        }
        else
        {
            TaskExecutor<int, string>.Attach(run, async lease =>
            {
                await operation(lease);
                return "ok";
            });
        }

        run.TryPost(0, traits ?? ItemTraits.None);
        run.CompleteAdding();
        await run.WaitForResultAsync().Within();
        Assert.True(run.TryTakeResult(out var result));
        return result;
    }
}
