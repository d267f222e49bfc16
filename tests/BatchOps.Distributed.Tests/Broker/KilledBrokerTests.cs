using BatchOps.Distributed.Support;
using RabbitMQ.Client;

namespace BatchOps.Distributed;

[Collection(nameof(KillableBroker))]
public sealed class KilledBrokerTests(KillableBroker killable)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BrokerKilled_WhoPublishesHearsThatTheConnectionIsLost_AndConnectsAgain()
    {
        var options = await killable.NewVirtualHostAsync();
        var broker = await killable.StartedAsync();
        await using var connection = await BrokerConnection.OpenAsync(options, Cancellation);
        await using var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeclareAsync("work", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancellation);
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);
        var gone = new TaskCompletionSource();
        await using var registration = connection.Closed.Register(gone.SetResult);
        var body = new byte[100_000];

        var publishing = Enumerable.Range(0, 2000).Select(_ => publisher.PublishAsync("", "work", new BasicProperties(), body, Cancellation)).ToList();
        await publishing[0];
        await broker.KillAsync();

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await ((Task)Task.WhenAll(publishing)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var lost = publishing.Where(static p => p.IsFaulted).Select(static p => Assert.IsType<BrokerException>(p.Exception!.InnerException)).ToList();
        Assert.NotEmpty(lost);
        Assert.All(lost, static e => Assert.Equal(BrokerFault.ConnectionLost, e.Fault));

        var failed = new TaskCompletionSource();
        var connecting = BrokerConnection.ReconnectAsync(options, TimeProvider.System, _ => failed.TrySetResult(), Cancellation);
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await broker.StartAsync(Cancellation);
        await using var second = await connecting.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        Assert.False(second.Closed.IsCancellationRequested);
    }

    [Fact]
    public async Task InstallAsync_BrokerKilledAfterwards_QueuesAndMessagesAreThere()
    {
        const int count = 200;
        var options = await killable.NewVirtualHostAsync();
        var broker = await killable.StartedAsync();
        await using (var connection = await BrokerConnection.OpenAsync(options, Cancellation))
        {
            await Topology.InstallAsync(connection, new TopologyOptions(), Cancellation);
            await killable.KeepRecordsAsync();
            await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);
            await Task.WhenAll(TopologyTests.Ids(count).Select(id => publisher.PublishAsync("", Topology.Work, new BasicProperties { MessageId = id }, default, Cancellation)));
            await Task.WhenAll(TopologyTests.Ids(count).Select(id => publisher.PublishAsync(Topology.KeyedExchange, Topology.RoutingKey(id), new BasicProperties { MessageId = id }, default, Cancellation)));
            await broker.KillAsync();
        }

        await broker.StartAsync(Cancellation);

        await using var again = await BrokerConnection.OpenAsync(options, Cancellation);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        TopologyState state;
        do
        {
            // A stream is there a little later than the broker takes connections.
            state = await Topology.CheckAsync(again, limit.Token);
        }
        while (!state.IsComplete);
        Assert.Equal((64, 16), (state.Partitions, state.ResultQueues));
        await using var channel = await again.OpenChannelAsync(confirms: false, Cancellation);
        foreach (var queues in (string[][])[[Topology.Work], [.. Enumerable.Range(0, state.Partitions).Select(Topology.Keyed)]])
        {
            var found = await TopologyTests.TakeAsync(channel, count, queues);
            Assert.Equal(TopologyTests.Ids(count), found.Values.SelectMany(static ids => ids).Order(StringComparer.Ordinal));
        }
    }
}
