using System.Threading.Channels;
using BatchOps.Distributed.Support;
using BatchOps.Distributed.Workers;
using BatchOps.Engine;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed.Submission;

/// <summary>A worker of which each step is the test's: it answers no roll call, and says what it is told to say.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private readonly BrokerConnection _connection;
    private readonly ConfirmedPublisher _publisher;
    private readonly IChannel _channel;
    private readonly MessageSigner _signer;
    private readonly Channel<(WorkMessage Work, ulong Tag)> _taken = Channel.CreateUnbounded<(WorkMessage, ulong)>();
    private readonly WorkerName _name = WorkerName.New("scripted");

    private ScriptedWorker(BrokerConnection connection, ConfirmedPublisher publisher, IChannel channel, MessageSigner signer)
    {
        _connection = connection;
        _publisher = publisher;
        _channel = channel;
        _signer = signer;
    }

    public int Untaken => _taken.Reader.Count;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="broker">The broker.</param>
    /// <param name="signer">The key.</param>
    /// <param name="prefetch">Most messages that it holds; 0 to take none.</param>
    public static async Task<ScriptedWorker> ConnectAsync(BrokerOptions broker, MessageSigner signer, ushort prefetch)
    {
        var connection = await BrokerConnection.OpenAsync(broker, Cancellation);
        var channel = await connection.OpenChannelAsync(confirms: false, Cancellation);
        var worker = new ScriptedWorker(connection, await ConfirmedPublisher.OpenAsync(connection, Cancellation), channel, signer);
        if (prefetch > 0)
        {
            await channel.BasicQosAsync(0, prefetch, global: false, Cancellation);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) =>
            {
                worker._taken.Writer.TryWrite((Message.Unpack<WorkMessage>(delivery.Body, delivery.BasicProperties, signer)!, delivery.DeliveryTag));
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(Topology.Work, autoAck: false, consumer, Cancellation);
        }

        return worker;
    }

    /// <summary>The next item that the broker hands out.</summary>
    public Task<(WorkMessage Work, ulong Tag)> NextAsync() => _taken.Reader.ReadAsync(Cancellation).AsTask().Within();

    public async Task AcknowledgeAsync(ulong tag) => await _channel.BasicAckAsync(tag, multiple: false, Cancellation);

    public Task StartAsync(WorkMessage work, int delivery = 0) =>
        SendAsync(work.ReplyTo, Message.Pack(new StartMessage { Batch = work.Batch, Attempt = AttemptMessage.Of(work, delivery), Worker = _name, Seconds = 0 }, _signer));

    public Task EndAsync(WorkMessage work, string output, int delivery = 0) => EndAsync(Result(work, output, delivery), work.ReplyTo);

    public Task EndAsync(ResultMessage result, string queue, MessageSigner? signer = null) => SendAsync(queue, Message.Pack(result, signer ?? _signer));

    public ResultMessage Result(WorkMessage work, string? output, int delivery = 0, OutcomeClass outcome = OutcomeClass.Success) => new()
    {
        Batch = work.Batch,
        Attempt = AttemptMessage.Of(work, delivery),
        Worker = _name,
        Class = outcome,
        Seconds = 0.01,
        Output = output is null ? null : $"\"{output}\"",
        Error = outcome == OutcomeClass.Success ? null : new ErrorMessage { Type = "Test", Message = "no" },
    };

    public Task SendAsync(string queue, (ReadOnlyMemory<byte> Body, BasicProperties Properties) message) =>
        _publisher.PublishAsync(string.Empty, queue, message.Properties, message.Body, Cancellation);

    /// <summary>Takes the lock of a results queue, as a submitter does.</summary>
    public async Task<IChannel> LockAsync(int resultsQueue)
    {
        var channel = await _connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeclareAsync(Topology.Results(resultsQueue) + ".lock", durable: false, exclusive: true, autoDelete: true, cancellationToken: Cancellation);
        return channel;
    }

    /// <summary>Waits until so many messages are in a queue that nobody holds.</summary>
    public Task ExpectCountAsync(string queue, uint count) => _channel.ExpectCountAsync(queue, count);

    /// <summary>Waits until the roll was called so often.</summary>
    public async Task HearRollCallsAsync(int count)
    {
        var queue = await _channel.QueueDeclareAsync(cancellationToken: Cancellation);
        await _channel.QueueBindAsync(queue.QueueName, Topology.Roll, routingKey: string.Empty, cancellationToken: Cancellation);
        var heard = new TaskCompletionSource();
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            if (--count == 0)
            {
                heard.SetResult();
            }

            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, Cancellation);
        await heard.Task.Within();
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
