using BatchOps.Distributed.Support;

namespace BatchOps.Distributed;

public sealed class ForgottenStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task InstallAsync_BrokerForgotHowToServeTheStream_SaysWhatToDo()
    {
        await using var broker = await SharedBroker.StartPrivateAsync();
        var options = broker.Options() with { Address = await broker.AddVirtualHostAsync("forgotten") };
        var topology = new TopologyOptions { Partitions = 1, ResultQueues = 1 };
        await InstallAsync();

        // As after a kill right after the first stream was declared, whenever that comes.
        await broker.RabbitCtlAsync("eval", "ok = ra:force_delete_server(coordination, {rabbit_stream_coordinator, node()}), ok = mnesia:sync_log().");
        await broker.KillAsync();
        await broker.StartAsync(Cancellation);

        var error = await Assert.ThrowsAsync<BrokerException>(InstallAsync);
        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
        Assert.Contains(Topology.Control, error.Message, StringComparison.Ordinal);
        Assert.Contains("another virtual host", error.Message, StringComparison.Ordinal);

        async Task InstallAsync()
        {
            await using var connection = await BrokerConnection.OpenAsync(options, Cancellation);
            await Topology.InstallAsync(connection, topology, Cancellation);
        }
    }
}
