using System.Globalization;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class WorkerKilledTests(SharedBroker broker, ITestOutputHelper output)
{
    private const int Items = 10_000;
    private const int Kills = 100;
    private const int Keys = 40;

    [Fact]
    public async Task Workers_KilledAHundredTimesOverTenThousandItems_EachItemHasOneOutcomeAndNoKeyIsHeldTwice()
    {
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        for (var i = 0; i < 3; i++)
        {
            fleet.StartWorker();
        }

        // Every fourth item is tied to others by a key. By results, not by time: as many items die with a worker on any machine.
        var kills = 0;
        var died = new Dictionary<int, long>();
        var results = await fleet.RunAsync(
            Items,
            "wait",
            definition: "20",
            traits: static i => i % 4 == 0 ? new ItemTraits { SerializeBy = (i / 4 % Keys).ToString(CultureInfo.InvariantCulture) } : ItemTraits.None,
            onResult: async done =>
            {
                if (kills < Kills && done >= (kills + 1) * (Items / (Kills + 1)))
                {
                    var victim = kills++ % 3;
                    var id = fleet.Workers[victim].Id;
                    await fleet.ReplaceAsync(victim);
                    died[id] = System.Diagnostics.Stopwatch.GetTimestamp();
                }
            });

        Assert.Equal(Kills, kills);
        Assert.Equal(Enumerable.Range(0, Items).Select(static i => (long)i), results.Select(static r => r.Index).Order());
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        Assert.Equal(0u, await fleet.CountDeadAsync());
        var log = PeerLog.Read(fleet.Log);
        Assert.Empty(Overlaps.Of(log, died));
        output.WriteLine($"{Kills} kills, {log.Count(static e => e.What is 'S' or 'A')} starts of {Items} items, {log.Count(static e => e.What == 'A')} of them alone.");
    }
}
