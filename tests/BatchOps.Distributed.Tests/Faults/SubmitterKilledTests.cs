using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class SubmitterKilledTests(SharedBroker broker)
{
    [Fact]
    public async Task Submitter_DiesAndIsResumed_CollectsWhatWorkersDidMeanwhileWithoutDoingItAgain()
    {
        const int Items = 120;
        await using var fleet = await Fleet.CreateAsync(await broker.NewVirtualHostAsync());
        fleet.Settings = fleet.Settings with { Items = Items, Milliseconds = 20, ThrottleLimit = 100 };
        var submitter = fleet.StartSubmitter();
        fleet.Settings = fleet.Settings with { ThrottleLimit = 4, Tells = true };
        var worker = fleet.StartWorker();
        Assert.NotNull(await submitter.ReadLineAsync());
        await submitter.KillAsync();

        // A hundred were out; the worker goes on with what the broker has until that is all done.
        var started = 0;
        while (started < 100 && await worker.ReadLineAsync() is not null)
        {
            started++;
        }

        var results = await fleet.RunAsync(Items, "wait", definition: "20", options: new BatchOptions
        {
            ThrottleLimit = 100,
            Journal = new JournalOptions { Path = fleet.Journal, OperationHash = "wait", Resume = true },
        });

        Assert.Equal(Items, results.Count);
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        var starts = PeerLog.Read(fleet.Log).Where(static e => e.What == 'S').CountBy(static e => e.Identity).ToList();
        Assert.Equal(Items, starts.Count);
        Assert.All(starts, static s => Assert.Equal(1, s.Value));
    }
}
