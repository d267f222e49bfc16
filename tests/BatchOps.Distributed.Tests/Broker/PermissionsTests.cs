using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed;

public sealed class PermissionsTests(SharedBroker shared)
{
    // As docs/distributed.md tells administrators.
    private const string Names = @"^(batchops|amq)\.";

    [Fact]
    public async Task User_MayUseNamesOfBatchOpsOnly_InstallsSubmitsAndWorks()
    {
        var broker = await shared.StartedAsync();
        var options = await shared.NewVirtualHostAsync() with { UserName = "limited", Password = "limited" };
        await broker.RabbitCtlAsync("add_user", options.UserName, options.Password);
        await broker.RabbitCtlAsync("set_permissions", "-p", options.VirtualHost, options.UserName, Names, Names, Names);
        await using (var connection = await BrokerConnection.OpenAsync(options, TestContext.Current.CancellationToken))
        {
            await Topology.InstallAsync(connection, new TopologyOptions { Partitions = 2, ResultQueues = 1 }, TestContext.Current.CancellationToken);
        }

        var signer = new MessageSigner(TestKey.Shared);
        using var drain = new CancellationTokenSource();
        var settings = new PeerSettings { Address = options.Address, UserName = options.UserName, Password = options.Password, SigningKey = "-", ThrottleLimit = 2 };
        using var handler = new PeerHandler(settings);
        var working = new BatchWorker(new WorkerOptions { Broker = options, Signer = signer, ThrottleLimit = 2 }, handler).RunAsync(drain.Token);
        await using var submitter = await BrokerSubmitter.OpenAsync(new SubmitterOptions { Broker = options, Signer = signer }, TestContext.Current.CancellationToken);
        var run = new BatchRun<string, string>(new BatchOptions { Remote = true, ThrottleOptions = new ThrottleOptions { Rate = RateLimit.Parse("100/s") } });
        submitter.Attach(run, new TextCodec("echo"));
        var results = await Batch.StreamAsync(run, ["plain", "keyed"], static item => item == "keyed" ? new ItemTraits { SerializeBy = "key" } : ItemTraits.None)
            .ToListAsync(TestContext.Current.CancellationToken);

        await drain.CancelAsync();
        await working;
        Assert.Equal(["keyed", "plain"], results.Select(static r => r.Output!).Order());
    }
}
