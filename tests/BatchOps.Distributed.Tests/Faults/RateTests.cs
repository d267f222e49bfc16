using System.Diagnostics;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class RateTests(SharedBroker broker, ITestOutputHelper output)
{
    private const int Limit = 50;

    [Fact]
    public async Task StatedLimit_TwoWorkersAndTheElectedOneIsKilled_IsNeverExceededInAnySecond()
    {
        var items = Scale.Of(full: 1_000, quick: 150);
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        fleet.StartWorker();
        fleet.StartWorker();
        var options = new BatchOptions
        {
            ThrottleLimit = 200,
            ThrottleOptions = new ThrottleOptions { Rate = new RateLimit(Limit, TimeSpan.FromSeconds(1)) { Share = 1, Burst = 5 } },
        };
        var killed = 0;

        var results = await fleet.RunAsync(items, "echo", options: options, onResult: async done =>
        {
            if (killed == 0 && done > items / 3 && await fleet.ElectedAsync() is { } elected)
            {
                killed = elected;
                await fleet.ReplaceAsync(fleet.Workers.ToList().FindIndex(w => w.Id == elected));
            }
        });

        Assert.NotEqual(0, killed);
        Assert.Equal(items, results.Count);
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        var starts = PeerLog.Read(fleet.Log).Where(static e => e.What is 'S' or 'A').Select(static e => e.At).ToList();
        Assert.Equal(3, PeerLog.Read(fleet.Log).Select(static e => e.ProcessId).Distinct().Count());
        var most = 0;
        for (var (first, last) = (0, 0); last < starts.Count; last++)
        {
            while (Stopwatch.GetElapsedTime(starts[first], starts[last]) >= TimeSpan.FromSeconds(1))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        output.WriteLine($"{starts.Count} starts in {Stopwatch.GetElapsedTime(starts[0], starts[^1]).TotalSeconds:F1} s, at most {most} in a second.");
        Assert.InRange(most, Limit / 2, Limit);
    }
}
