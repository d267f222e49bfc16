using System.Diagnostics;
using BatchOps.Distributed.Support;
using RabbitMQ.Client;

namespace BatchOps.Distributed;

public sealed class ConfirmedPublisherTests(SharedBroker shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_ToAQueue_TheMessageIsThereAndPersistent()
    {
        await using var connection = await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
        await using var channel = await DeclareAsync(connection, "work");
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);

        await publisher.PublishAsync("", "work", new BasicProperties { MessageId = "7" }, "body"u8.ToArray(), Cancellation);

        var message = await channel.BasicGetAsync("work", autoAck: true, Cancellation);
        Assert.NotNull(message);
        Assert.Equal("body"u8, message.Body.Span);
        Assert.Equal("7", message.BasicProperties.MessageId);
        Assert.Equal(DeliveryModes.Persistent, message.BasicProperties.DeliveryMode);
    }

    [Fact]
    public async Task PublishAsync_NoQueueTakesIt_SaysWhichAndGoesOn()
    {
        await using var connection = await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
        await using var channel = await DeclareAsync(connection, "work");
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);

        var error = await Assert.ThrowsAsync<BrokerException>(() => publisher.PublishAsync("", "nowhere", new BasicProperties(), default, Cancellation));

        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
        Assert.Contains("'nowhere'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Install-BatchBroker", error.Message, StringComparison.Ordinal);
        await publisher.PublishAsync("", "work", new BasicProperties(), default, Cancellation);
        Assert.Equal(1u, await channel.MessageCountAsync("work", Cancellation));
    }

    [Fact]
    public async Task PublishAsync_NoSuchExchange_SaysWhich()
    {
        await using var connection = await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);

        var error = await Assert.ThrowsAsync<BrokerException>(() => publisher.PublishAsync("elsewhere", "", new BasicProperties(), default, Cancellation));

        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
        Assert.Contains("elsewhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PublishAsync_FullQueue_SaysThatItWasRefused()
    {
        await using var connection = await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
        await using var channel = await DeclareAsync(connection, "small", new() { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);

        // A queue that is full refuses a little later than its limit says.
        var error = await Assert.ThrowsAsync<BrokerException>(async () =>
        {
            while (true)
            {
                await publisher.PublishAsync("", "small", new BasicProperties(), default, Cancellation);
            }
        });

        Assert.Equal(BrokerFault.Rejected, error.Fault);
    }

    [Fact]
    public async Task PublishAsync_ManyAtOnce_EachIsConfirmedAndNoLimiterSlowsThemDown()
    {
        const int count = 30_000;
        await using var connection = await BrokerConnection.OpenAsync(await shared.NewVirtualHostAsync(), Cancellation);
        await using var channel = await DeclareAsync(connection, "work");
        await using var publisher = await ConfirmedPublisher.OpenAsync(connection, Cancellation);
        var body = new byte[1000];

        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => publisher.PublishAsync("", "work", new BasicProperties(), body, Cancellation)));
        var rate = count / watch.Elapsed.TotalSeconds;

        TestContext.Current.TestOutputHelper!.WriteLine($"{rate:F0} confirmed messages of 1,000 bytes a second");
        Assert.Equal((uint)count, await channel.MessageCountAsync("work", Cancellation));
        // A tenth of what was measured: a machine may be busy, but the limiter of the library would not get there.
        Assert.True(rate > 1200, $"{rate:F0} messages a second");
    }

    private static async Task<IChannel> DeclareAsync(BrokerConnection connection, string queue, Dictionary<string, object?>? arguments = null)
    {
        var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(arguments ?? []) { ["x-queue-type"] = "quorum" }, cancellationToken: Cancellation);
        return channel;
    }
}
