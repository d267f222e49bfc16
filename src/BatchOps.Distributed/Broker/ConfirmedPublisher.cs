using RabbitMQ.Client;

namespace BatchOps.Distributed;

/// <summary>
/// Publishes messages that outlive the broker, must reach a queue and are confirmed, over a channel of its own. No more than a
/// window of them is unconfirmed at a time; who comes then waits. Safe for many threads. After an exchange was missing, a
/// message too large or the connection lost it is of no more use: open another.
/// </summary>
internal sealed class ConfirmedPublisher : IAsyncDisposable
{
    /// <summary>Unconfirmed messages that keep a broker busy while their confirmations are on the way.</summary>
    public const int DefaultWindow = 256;

    private readonly BrokerOptions _options;
    private readonly IChannel _channel;
    private readonly SemaphoreSlim _window;

    private ConfirmedPublisher(BrokerOptions options, IChannel channel, int window)
    {
        _options = options;
        _channel = channel;
        _window = new SemaphoreSlim(window, window);
    }

    /// <summary>The channel, to hear of its end.</summary>
    public IChannel Channel => _channel;

    /// <summary>Opens a channel to publish on.</summary>
    /// <param name="connection">The connection, which outlives the publisher.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="window">Most unconfirmed messages.</param>
    /// <exception cref="BrokerException">The connection is gone.</exception>
    public static async Task<ConfirmedPublisher> OpenAsync(BrokerConnection connection, CancellationToken cancellationToken, int window = DefaultWindow) =>
        new(connection.Options, await connection.OpenChannelAsync(confirms: true, cancellationToken).ConfigureAwait(false), window);

    /// <summary>Publishes a message; ends when the broker has confirmed that it is safe in every queue it belongs to.</summary>
    /// <param name="exchange">Where to; empty for the queue that <paramref name="routingKey"/> names.</param>
    /// <param name="routingKey">By which the exchange chooses queues.</param>
    /// <param name="properties">The message's properties; it is made persistent. One object for each message.</param>
    /// <param name="body">The message; not to be changed before the call ends.</param>
    /// <param name="cancellationToken">Ends the wait; the message may then have arrived or not.</param>
    /// <exception cref="BrokerException">The message reached no queue, was refused, or may not have arrived.</exception>
    public async Task PublishAsync(
        string exchange, string routingKey, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await _window.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            properties.DeliveryMode = DeliveryModes.Persistent;
            await _channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokerException.Using(_options, $"publish to '{(exchange.Length > 0 ? exchange : routingKey)}'", error);
        }
        finally
        {
            _window.Release();
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();
}
