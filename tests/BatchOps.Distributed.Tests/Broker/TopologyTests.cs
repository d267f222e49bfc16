using System.Globalization;
using BatchOps.Distributed.Support;
using BatchOps.Engine;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed;

public sealed class TopologyTests(SharedBroker shared)
{
    private static readonly TopologyOptions Small = new() { Partitions = 4, ResultQueues = 2 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CheckAsync_NothingThere_NamesWhatIsMissing()
    {
        await using var connection = await ConnectAsync();

        var state = await Topology.CheckAsync(connection, Cancellation);

        Assert.False(state.IsComplete);
        Assert.Equal((0, 0), (state.Partitions, state.ResultQueues));
        Assert.Equal(
            ["batchops.work", "batchops.dead", "batchops.results.parked", "batchops.control", "batchops.rates", "batchops.work.keyed", "batchops.roll", "batchops.work.keyed.000", "batchops.results.00"],
            state.Missing);
    }

    [Fact]
    public async Task RequireAsync_NothingThere_SaysHowToDeclareIt()
    {
        await using var connection = await ConnectAsync();

        var error = await Assert.ThrowsAsync<BrokerException>(() => Topology.RequireAsync(connection, Cancellation));

        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
        Assert.Contains("'batchops.work'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Install-BatchBroker", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InstallAsync_Twice_KeepsWhatIsThere()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.OpenChannelAsync(confirms: true, Cancellation);

        await Topology.InstallAsync(connection, Small, Cancellation);
        await channel.BasicPublishAsync("", Topology.Work, mandatory: true, new BasicProperties(), default, Cancellation);
        await Topology.InstallAsync(connection, Small, Cancellation);

        var state = await Topology.RequireAsync(connection, Cancellation);
        Assert.Equal((4, 2), (state.Partitions, state.ResultQueues));
        Assert.Equal(1u, await channel.MessageCountAsync(Topology.Work, Cancellation));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(5, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 3)]
    public async Task InstallAsync_OtherNumbersThere_SaysWhichAndChangesNothing(int partitions, int results)
    {
        await using var connection = await ConnectAsync();
        await Topology.InstallAsync(connection, Small, Cancellation);

        var error = await Assert.ThrowsAsync<BrokerException>(
            () => Topology.InstallAsync(connection, new TopologyOptions { Partitions = partitions, ResultQueues = results }, Cancellation));

        Assert.Equal(BrokerFault.TopologyDiffers, error.Fault);
        Assert.Contains("another virtual host", error.Message, StringComparison.Ordinal);
        var state = await Topology.RequireAsync(connection, Cancellation);
        Assert.Equal((4, 2), (state.Partitions, state.ResultQueues));
    }

    [Fact]
    public async Task InstallAsync_QueueDeclaredOtherwise_SaysWhichAndHow()
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeclareAsync(Topology.Work, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<BrokerException>(() => Topology.InstallAsync(connection, Small, Cancellation));

        Assert.Equal(BrokerFault.TopologyDiffers, error.Fault);
        Assert.Contains("'batchops.work'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_QueueDeletedByHand_IsMissingUntilInstalledAgain()
    {
        await using var connection = await ConnectAsync();
        await Topology.InstallAsync(connection, Small, Cancellation);
        await using var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeleteAsync(Topology.Keyed(2), ifUnused: false, ifEmpty: false, cancellationToken: Cancellation);

        var state = await Topology.CheckAsync(connection, Cancellation);
        Assert.Contains(Topology.Keyed(2), state.Missing);

        await Topology.InstallAsync(connection, Small, Cancellation);
        Assert.True((await Topology.CheckAsync(connection, Cancellation)).IsComplete);
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1025, 16)]
    [InlineData(64, 0)]
    [InlineData(64, 257)]
    public async Task InstallAsync_NumbersThatCannotWork_SaysWhatIsAllowed(int partitions, int results)
    {
        await using var connection = await ConnectAsync();

        await Assert.ThrowsAsync<BatchOptionsException>(
            () => Topology.InstallAsync(connection, new TopologyOptions { Partitions = partitions, ResultQueues = results }, Cancellation));
    }

    [Fact]
    public async Task KeyedExchange_MessagesOfOneKey_LandInOneQueueAndKeysInMany()
    {
        await using var connection = await ConnectAsync();
        await Topology.InstallAsync(connection, Small, Cancellation);
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);
        await using var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        string[] keys = [.. Enumerable.Range(0, 40).Select(static n => $"key {n}")];

        await Task.WhenAll(keys.Concat(keys).Concat(keys).Select(key =>
            publisher.PublishAsync(Topology.KeyedExchange, Topology.RoutingKey(key), new BasicProperties { MessageId = key }, default, Cancellation)));

        var queues = (await TakeAsync(channel, 3 * keys.Length, Enumerable.Range(0, Small.Partitions).Select(Topology.Keyed))).Values;

        Assert.All(queues, Assert.NotEmpty);
        Assert.All(queues, static q => Assert.All(q.GroupBy(static k => k), static g => Assert.Equal(3, g.Count())));
        Assert.Equal(keys.Order(StringComparer.Ordinal), queues.SelectMany(static q => q.Distinct()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Work_MessageThatIsRejected_IsDeadLettered()
    {
        await using var connection = await ConnectAsync();
        await Topology.InstallAsync(connection, Small, Cancellation);
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);
        await using var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        await publisher.PublishAsync("", Topology.Work, new BasicProperties { MessageId = "1" }, default, Cancellation);

        var taken = await channel.BasicGetAsync(Topology.Work, autoAck: false, Cancellation);
        await channel.BasicRejectAsync(taken!.DeliveryTag, requeue: false, Cancellation);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        BasicGetResult? dead;
        do
        {
            dead = await channel.BasicGetAsync(Topology.Dead, autoAck: true, limit.Token);
        }
        while (dead is null);
        Assert.Equal("1", dead.BasicProperties.MessageId);
    }

    internal static IEnumerable<string> Ids(int count) => Enumerable.Range(1000, count).Select(static n => n.ToString(CultureInfo.InvariantCulture));

    // By consumers: of a queue with one active consumer nothing can be fetched, and its count lags behind right after a start.
    internal static async Task<Dictionary<string, List<string>>> TakeAsync(IChannel channel, int count, IEnumerable<string> queues)
    {
        var found = queues.ToDictionary(static q => q, static _ => new List<string>(), StringComparer.Ordinal);
        var all = new TaskCompletionSource();
        foreach (var (queue, ids) in found)
        {
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                ids.Add(delivery.BasicProperties.MessageId!);
                if (--count == 0)
                {
                    all.SetResult();
                }

                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(queue, autoAck: true, consumer, Cancellation);
        }

        await all.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        return found;
    }

    private async Task<BrokerConnection> ConnectAsync() => await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
}
