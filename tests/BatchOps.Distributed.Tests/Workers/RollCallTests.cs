using BatchOps.Distributed.Support;

namespace BatchOps.Distributed.Workers;

public sealed class RollCallTests(SharedBroker shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AskAsync_TwoWorkers_EachSaysWhoItIsAndWhatItHolds()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var first = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1 });
        var sent = await rig.SendAsync(rig.NewWork("key") with { Key = "shown" });
        await handler.NextAsync();
        var waiting = await rig.SendAsync(rig.NewWork());
        await Guarded.UntilAsync(async () => (await rig.CallRollAsync(expected: 1))[0].Items.Count >= 2);

        var second = await rig.StartWorkerAsync(new GatedHandler(), static o => o with { Name = "second" });
        var present = (await rig.CallRollAsync(expected: 2)).ToDictionary(static p => p.Worker.Id);

        var busy = present[first.Worker.Name.Id];
        Assert.Equal([sent.Identity, waiting.Identity], busy.Items.Select(static i => i.Attempt.Identity));
        Assert.Equal(("shown", "test"), (busy.Items[0].Key, busy.Items[0].Operation));
        Assert.NotNull(busy.Items[0].Seconds);
        Assert.Null(busy.Items[1].Seconds);
        Assert.Single(busy.Partitions);
        Assert.True(busy.SharesRates);
        var idle = present[second.Worker.Name.Id];
        Assert.Equal(("second", 2, false, false), (idle.Worker.Name, idle.ThrottleLimit, idle.Draining, idle.SharesRates));
        Assert.Empty(idle.Items);
    }

    [Fact]
    public async Task AskAsync_NobodyThere_IsEmptyWhenPatienceIsOver()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);

        Assert.Empty(await RollCall.AskAsync(rig.Connection, rig.Signer, TimeSpan.FromMilliseconds(100), Cancellation));
    }

    [Fact]
    public async Task AskAsync_WithAnotherKey_IsNotAnswered()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        await rig.StartWorkerAsync(new GatedHandler());

        var other = new MessageSigner(TestKey.Foreign);
        Assert.Empty(await RollCall.AskAsync(rig.Connection, other, TimeSpan.FromMilliseconds(300), Cancellation));
        Assert.Single(await RollCall.AskAsync(rig.Connection, rig.Signer, Guarded.Limit, Cancellation, expected: 1));
    }

    [Fact]
    public async Task AskAsync_WhileDraining_SaysSo()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { DrainTimeout = Guarded.Limit });
        await rig.SendAsync(rig.NewWork());
        var attempt = await handler.NextAsync();

        worker.BeginDrain();
        using var limit = new CancellationTokenSource(Guarded.Limit);
        while (!(await RollCall.AskAsync(rig.Connection, rig.Signer, Guarded.Limit, Cancellation, expected: 1))[0].Draining)
        {
            limit.Token.ThrowIfCancellationRequested();
        }

        attempt.Succeed();
        await worker.Running.Within();
    }
}
