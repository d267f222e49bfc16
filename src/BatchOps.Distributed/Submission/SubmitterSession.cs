using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace BatchOps.Distributed;

/// <summary>A submitter's side of one connection: a results queue that is its own, and what it publishes by.</summary>
internal sealed class SubmitterSession : IAsyncDisposable
{
    // Results that wait for the journal's commits; beyond it the broker keeps them.
    private const ushort Prefetch = 1000;

    private readonly BrokerConnection _connection;
    private readonly ConfirmedPublisher _publisher;
    private readonly IChannel _lock;
    private readonly IChannel _results;
    private readonly int _queues;
    private readonly CancellationTokenSource _broken = new();
    private readonly Channel<ulong> _acknowledged = Channel.CreateUnbounded<ulong>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _acknowledging;

    private SubmitterSession(BrokerConnection connection, ConfirmedPublisher publisher, IChannel results, IChannel held, string resultsQueue, int queues)
    {
        _connection = connection;
        _publisher = publisher;
        _lock = held;
        _results = results;
        _queues = queues;
        ResultsQueue = resultsQueue;
        results.ChannelShutdownAsync += (_, _) => _broken.CancelAsync();
        publisher.Channel.ChannelShutdownAsync += (_, _) => _broken.CancelAsync();
        _acknowledging = AcknowledgeAsync();
    }

    /// <summary>Where workers send starts and results.</summary>
    public string ResultsQueue { get; }

    /// <summary>Ends when the session does.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Canceled when a channel is gone, or the results queue: of no more use, whatever the connection says.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>The connection below.</summary>
    public BrokerConnection Connection => _connection;

    /// <summary>Takes a results queue that no other submitter has.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="queues">How many results queues there are.</param>
    /// <param name="batch">The batch; its hash says which queue is tried first, so that a resume finds the one that it had.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="BrokerException">All are taken, or the connection went.</exception>
    public static async Task<SubmitterSession> OpenAsync(BrokerConnection connection, int queues, string batch, CancellationToken stop)
    {
        var publisher = await ConfirmedPublisher.OpenAsync(connection, stop).ConfigureAwait(false);
        var results = await connection.OpenChannelAsync(confirms: false, stop).ConfigureAwait(false);
        var first = (int)(Convert.ToUInt32(batch[..8], 16) % (uint)queues);
        for (var i = 0; i < queues; i++)
        {
            var queue = Topology.Results((first + i) % queues);
            if (await TryLockAsync(connection, queue, stop).ConfigureAwait(false) is { } held)
            {
                return new SubmitterSession(connection, publisher, results, held, queue, queues);
            }
        }

        throw new BrokerException(BrokerFault.NoResultsQueue, $"All {queues} results queues of the broker are taken: as many runs are being submitted. Wait for one to end, or install more with Install-BatchBroker -ResultQueues.");
    }

    /// <summary>Begins to hand out what comes.</summary>
    /// <param name="handle">Called for one message after the other.</param>
    /// <param name="stop">Ends the attempt.</param>
    public async Task ConsumeAsync(Func<Delivery, ValueTask> handle, CancellationToken stop)
    {
        await _results.BasicQosAsync(0, Prefetch, global: false, stop).ConfigureAwait(false);
        var consumer = new AsyncEventingBasicConsumer(_results);
        consumer.UnregisteredAsync += (_, _) => _broken.CancelAsync();
        consumer.ReceivedAsync += async (_, message) => await handle(new Delivery(this, message.DeliveryTag, message.Body, message.BasicProperties)).ConfigureAwait(false);
        await _results.BasicConsumeAsync(ResultsQueue, autoAck: false, consumer, stop).ConfigureAwait(false);
    }

    /// <summary>Publishes a message; returns when the broker has it on disk.</summary>
    /// <exception cref="BrokerException">It has not, or may not have.</exception>
    public Task PublishAsync(string exchange, string routingKey, (ReadOnlyMemory<byte> Body, BasicProperties Properties) message, CancellationToken stop) =>
        _publisher.PublishAsync(exchange, routingKey, message.Properties, message.Body, stop);

    /// <summary>Moves a result that belongs to another batch to where its submitter looks for it.</summary>
    public async ValueTask ParkAsync(Delivery delivery)
    {
        await _publisher.PublishAsync(string.Empty, Topology.Parked, new BasicProperties(delivery.Properties), delivery.Body, _connection.Closed).ConfigureAwait(false);
        delivery.Acknowledge();
    }

    /// <summary>Looks for results where nobody reads: those that were parked, and those in queues of submitters that died.</summary>
    /// <param name="collect">Handles a message that is taken; false leaves it there.</param>
    /// <param name="stop">Ends the search.</param>
    public async Task SearchElsewhereAsync(Func<ReadOnlyMemory<byte>, IReadOnlyBasicProperties, ValueTask<bool>> collect, CancellationToken stop)
    {
        // What is not taken goes back when the channel closes, after all have been seen once.
        await using var channel = await _connection.OpenChannelAsync(confirms: false, stop).ConfigureAwait(false);
        foreach (var queue in Enumerable.Range(0, _queues).Select(Topology.Results).Where(q => q != ResultsQueue).Append(Topology.Parked))
        {
            if ((await channel.QueueDeclarePassiveAsync(queue, stop).ConfigureAwait(false)).ConsumerCount > 0)
            {
                continue;
            }

            while (await channel.BasicGetAsync(queue, autoAck: false, stop).ConfigureAwait(false) is { } message)
            {
                if (await collect(message.Body, message.BasicProperties).ConfigureAwait(false))
                {
                    await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stop).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Messages of some queues that no consumer holds, and the fewest consumers that one of them has.</summary>
    public async Task<(uint Messages, uint Consumers)> LookAsync(IEnumerable<string> queues, CancellationToken stop)
    {
        await using var channel = await _connection.OpenChannelAsync(confirms: false, stop).ConfigureAwait(false);
        var (messages, consumers) = (0u, uint.MaxValue);
        foreach (var queue in queues)
        {
            var seen = await channel.QueueDeclarePassiveAsync(queue, stop).ConfigureAwait(false);
            messages += seen.MessageCount;
            consumers = Math.Min(consumers, seen.ConsumerCount);
        }

        return (messages, consumers);
    }

    /// <summary>Acknowledges a message, some time soon.</summary>
    public void Acknowledge(ulong tag) => _acknowledged.Writer.TryWrite(tag);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _ended.TrySetResult();
        _acknowledged.Writer.TryComplete();
        await _acknowledging.ConfigureAwait(false);
        await _publisher.DisposeAsync().ConfigureAwait(false);
        await _results.DisposeAsync().ConfigureAwait(false);
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes a results queue. A quorum queue knows no exclusive consumer, so a transient queue beside it, which belongs to the connection, stands for the lock.</summary>
    private static async Task<IChannel?> TryLockAsync(BrokerConnection connection, string queue, CancellationToken stop)
    {
        var channel = await connection.OpenChannelAsync(confirms: false, stop).ConfigureAwait(false);
        try
        {
            await channel.QueueDeclareAsync(queue + ".lock", durable: false, exclusive: true, autoDelete: true, cancellationToken: stop).ConfigureAwait(false);
            return channel;
        }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == Constants.ResourceLocked)
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    private async Task AcknowledgeAsync()
    {
        try
        {
            await foreach (var tag in _acknowledged.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await _results.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is AlreadyClosedException or OperationInterruptedException or ObjectDisposedException)
        {
            // The connection is gone; the broker sends again what it has not heard of.
        }
    }
}
