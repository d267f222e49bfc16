using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class PoisonTests(SharedBroker broker)
{
    [Fact]
    public async Task Item_KillsItsHost_FailsAfterThreeStartsAndNobodyElse()
    {
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        var running = true;
        var replacing = Enumerable.Range(0, 2).Select(i =>
        {
            fleet.StartWorker();
            return KeepAliveAsync(i);
        }).ToList();

        var results = await fleet.RunAsync(300, "wait", definition: "5", input: static i => i == 100 ? "poison" : "good");

        Volatile.Write(ref running, false);
        var poison = Assert.Single(results, static r => r.Status != ItemStatus.Succeeded);
        Assert.Equal(100, poison.Index);
        Assert.Equal(ItemStatus.Failed, poison.Status);
        Assert.Contains("BatchWorkerDied", poison.Error!.Message, StringComparison.Ordinal);
        var starts = PeerLog.Read(fleet.Log).Where(static e => e is { Index: 100, What: not 'E' }).Select(static e => e.What);
        Assert.Equal("SSA", string.Concat(starts));
        Assert.Equal(0u, await fleet.CountDeadAsync());

        async Task KeepAliveAsync(int worker)
        {
            while (Volatile.Read(ref running))
            {
                await fleet.Workers[worker].Ended;
                if (Volatile.Read(ref running))
                {
                    await fleet.ReplaceAsync(worker);
                }
            }
        }
    }
}
