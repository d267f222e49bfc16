using System.Diagnostics;
using System.Globalization;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class WorkerKilledTests(SharedBroker broker, ITestOutputHelper output)
{
    private const int Keys = 40;

    private static readonly int Items = Scale.Of(full: 10_000, quick: 1_000);
    private static readonly int Kills = Scale.Of(full: 100, quick: 10);

    [Fact]
    public async Task Workers_KilledAgainAndAgain_EachItemHasOneOutcomeAndNoKeyIsHeldTwice()
    {
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        for (var i = 0; i < 3; i++)
        {
            fleet.StartWorker();
        }

        var begun = Stopwatch.GetTimestamp();

        // Every fourth item is tied to others by a key. By results, not by time: as many items die with a worker on any machine.
        var kills = 0;
        var died = new Dictionary<int, long>();
        var results = await fleet.RunAsync(
            Items,
            "wait",
            definition: "20",
            traits: static item => int.Parse(item, CultureInfo.InvariantCulture) is var i && i % 4 == 0 ? new ItemTraits { SerializeBy = (i / 4 % Keys).ToString(CultureInfo.InvariantCulture) } : ItemTraits.None,
            onResult: async done =>
            {
                if (kills < Kills && done >= (kills + 1) * (Items / (Kills + 1)))
                {
                    var victim = kills++ % 3;
                    var id = fleet.Workers[victim].Id;
                    await fleet.ReplaceAsync(victim);
                    died[id] = Stopwatch.GetTimestamp();
                }
            });

        Assert.Equal(Kills, kills);
        Assert.Equal(Enumerable.Range(0, Items).Select(static i => (long)i), results.Select(static r => r.Index).Order());
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        Assert.Equal(0u, await fleet.CountDeadAsync());
        var log = PeerLog.Read(fleet.Log);
        Assert.Empty(Overlaps.Of(log, died));
        output.WriteLine($"{Kills} kills, {log.Count(static e => e.What is 'S' or 'A')} starts of {Items} items, {log.Count(static e => e.What == 'A')} of them alone, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s.");
    }

    [Fact]
    public async Task Worker_DiesBetweenItsResultAndTheAcknowledgement_TheItemRunsTwiceAndHasOneOutcome()
    {
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        fleet.Settings = fleet.Settings with { DiesAfterResult = true, ThrottleLimit = 1, ReadAhead = 0 };
        var first = fleet.StartWorker();
        Task<Peer>? second = null;

        var results = await fleet.RunAsync(5, "echo", onResult: async _ =>
        {
            if (second is null)
            {
                second = ReplaceAsync();
                await second;
            }
        });

        Assert.Equal([0L, 1, 2, 3, 4], results.Select(static r => r.Index).Order());
        Assert.All(results, static r => Assert.Equal((ItemStatus.Succeeded, 1), (r.Status, r.Attempts)));
        var log = PeerLog.Read(fleet.Log).Where(static e => e.What == 'S').ToList();
        var twice = Assert.Single(log.GroupBy(static e => e.Index), static g => g.Count() == 2);
        Assert.Equal([first.Id, (await second!).Id], twice.Select(static e => e.ProcessId));
        Assert.Equal(6, log.Count);

        async Task<Peer> ReplaceAsync()
        {
            await first.Ended;
            fleet.Settings = fleet.Settings with { DiesAfterResult = false };
            return fleet.StartWorker();
        }
    }
}
