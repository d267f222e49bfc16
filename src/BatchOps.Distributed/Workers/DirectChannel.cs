using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed;

/// <summary>A channel for messages that are asked for again when they are lost: roll calls, shares of rates. Safe for many threads.</summary>
internal sealed class DirectChannel : IAsyncDisposable
{
    /// <summary>Where answers to what this channel sends are to go: the broker makes a queue of it that nobody declares.</summary>
    public const string ReplyQueue = "amq.rabbitmq.reply-to";

    private readonly MessageSigner _signer;
    private readonly SemaphoreSlim _sending = new(1);

    private DirectChannel(IChannel channel, MessageSigner signer)
    {
        Channel = channel;
        _signer = signer;
    }

    public IChannel Channel { get; }

    public static async Task<DirectChannel> OpenAsync(BrokerConnection connection, MessageSigner signer, CancellationToken cancellationToken) =>
        new(await connection.OpenChannelAsync(confirms: false, cancellationToken).ConfigureAwait(false), signer);

    public async Task SendAsync<T>(T message, string exchange, string routingKey, string? replyTo, CancellationToken cancellationToken)
        where T : class, IMessage
    {
        var (body, properties) = Message.Pack(message, _signer, persistent: false);
        properties.ReplyTo = replyTo;
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await Channel.BasicPublishAsync(exchange, routingKey, mandatory: false, properties, body, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Hears the messages of a queue, one after the other.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="heard">Must not wait for long.</param>
    /// <param name="cancellationToken">Ends the registration, not the hearing.</param>
    public async Task ListenAsync(string queue, Func<BasicDeliverEventArgs, Task> heard, CancellationToken cancellationToken)
    {
        var consumer = new AsyncEventingBasicConsumer(Channel);
        consumer.ReceivedAsync += (_, delivery) => heard(delivery);
        await Channel.BasicConsumeAsync(queue, autoAck: true, consumer, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Channel.DisposeAsync();
}
