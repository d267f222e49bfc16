using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class FrozenWorkerTests(SharedBroker broker)
{
    [Fact]
    public async Task Worker_FrozenUntilAnotherHasItsItem_ItsLateResultIsRefused()
    {
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync() with { Heartbeat = TimeSpan.FromSeconds(1) });
        fleet.Settings = fleet.Settings with { Tells = true };
        fleet.Submitter = fleet.Submitter with { RollCallPeriod = TimeSpan.FromHours(1) };
        var frozen = fleet.StartWorker();
        Peer? second = null;

        // It freezes at work, so the broker hands the item to the second when it misses the heartbeats.
        var running = fleet.RunAsync(1, "wait", definition: "2500");
        Assert.Equal("started 0", await frozen.ReadLineAsync());
        frozen.Freeze(frozen: true);
        second = fleet.StartWorker();
        Assert.Equal("started 0", await second.ReadLineAsync());
        frozen.Freeze(frozen: false);

        var result = Assert.Single(await running);
        Assert.Equal(ItemStatus.Succeeded, result.Status);
        var ends = PeerLog.Read(fleet.Log).Where(static e => e.What == 'E').ToList();
        var secondEnd = Assert.Single(ends, e => e.ProcessId == second.Id);
        Assert.True(ends.TrueForAll(e => e.ProcessId == second.Id || e.At < secondEnd.At), "The frozen worker's attempt was to end before the second's, or its result would not have come early.");
    }
}
