using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class BrokerKilledTests
{
    private const int Items = 2_100;
    private const int Kills = 20;

    [Fact]
    public async Task Broker_KilledTwentyTimesInARun_NothingIsLostAtTheSubmitter()
    {
        await using var broker = await SharedBroker.StartPrivateAsync();
        await using var fleet = await Fleet.CreateAsync(broker.Options());
        for (var i = 0; i < 2; i++)
        {
            fleet.StartWorker();
        }

        var kills = 0;
        var results = await fleet.RunAsync(Items, "wait", definition: "5", onResult: async done =>
        {
            if (kills < Kills && done >= (kills + 1) * (Items / (Kills + 1)))
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
    }
}
