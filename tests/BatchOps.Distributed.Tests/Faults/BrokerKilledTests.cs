using System.Diagnostics;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

[Collection(nameof(KillableBroker))]
public sealed class BrokerKilledTests(KillableBroker killable, ITestOutputHelper output)
{
    private const int ItemsPerKill = 100;

    private static readonly int Kills = Scale.Of(full: 20, quick: 2);
    private static readonly int Items = ItemsPerKill * (Kills + 1);

    [Fact]
    public async Task Broker_KilledAgainAndAgainInARun_NothingIsLostAtTheSubmitter()
    {
        await using var fleet = await Fleet.CreateAsync(await killable.NewVirtualHostAsync());
        var broker = await killable.StartedAsync();
        await killable.KeepRecordsAsync();
        for (var i = 0; i < 2; i++)
        {
            fleet.StartWorker();
        }

        var begun = Stopwatch.GetTimestamp();
        var kills = 0;
        var results = await fleet.RunAsync(Items, "wait", definition: "5", onResult: async done =>
        {
            if (kills < Kills && done >= (kills + 1) * ItemsPerKill)
            {
                kills++;
                await broker.KillAsync();
                await broker.StartAsync(TestContext.Current.CancellationToken);
            }
        });

        Assert.Equal(Kills, kills);
        Assert.Equal(Enumerable.Range(0, Items).Select(static i => (long)i), results.Select(static r => r.Index).Order());
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        Assert.Equal(0u, await fleet.CountDeadAsync());
        var log = PeerLog.Read(fleet.Log);
        output.WriteLine($"{Kills} kills, {log.Count(static e => e.What is 'S' or 'A')} starts of {Items} items, {log.Count(static e => e.What == 'A')} of them alone, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s.");
    }
}
