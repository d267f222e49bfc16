using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using BatchOps.Broker;
using BatchOps.Distributed.Support;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed.Workers;

/// <summary>A virtual host with its queues installed, workers of this process at it, and the submitter's side of it: what is sent and what comes back.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private const string Replies = "batchops.results.00";

    private readonly LocalBroker _local;
    private readonly BrokerConnection _connection;
    private readonly ConfirmedPublisher _publisher;
    private readonly IChannel _channel;
    private readonly Channel<ResultMessage> _results = Channel.CreateUnbounded<ResultMessage>();
    private readonly Channel<StartMessage> _starts = Channel.CreateUnbounded<StartMessage>();
    private readonly ConcurrentQueue<RunningWorker> _workers = new();
    private int _sent;

    private WorkerRig(LocalBroker local, BrokerConnection connection, ConfirmedPublisher publisher, IChannel channel)
    {
        _local = local;
        _connection = connection;
        _publisher = publisher;
        _channel = channel;
    }

    public MessageSigner Signer { get; } = new(TestKey.Shared);

    public BrokerConnection Connection => _connection;

    public Guid Run { get; } = Guid.NewGuid();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<WorkerRig> CreateAsync(SharedBroker shared, int partitions = 4)
    {
        // No test waits for a heartbeat, and a busy machine may be late with some.
        var broker = (await shared.NewVirtualHostAsync()) with { Heartbeat = TimeSpan.FromSeconds(30) };
        var connection = await BrokerConnection.OpenAsync(broker, Cancellation);
        await Topology.InstallAsync(connection, new TopologyOptions { Partitions = partitions, ResultQueues = 1 }, Cancellation);
        var rig = new WorkerRig(
            await shared.StartedAsync(),
            connection,
            await ConfirmedPublisher.OpenAsync(connection, Cancellation),
            await connection.OpenChannelAsync(confirms: false, Cancellation));
        var consumer = new AsyncEventingBasicConsumer(rig._channel);
        consumer.ReceivedAsync += rig.OnReplyAsync;
        await rig._channel.BasicConsumeAsync(Replies, autoAck: true, consumer, Cancellation);
        return rig;
    }

    /// <summary>Starts a worker; ends when it takes work.</summary>
    public async Task<RunningWorker> StartWorkerAsync(IWorkHandler handler, Func<WorkerOptions, WorkerOptions>? with = null)
    {
        var worker = BeginWorker(handler, with);
        await worker.NoticeAsync(WorkerNoticeKind.Connected);
        return worker;
    }

    /// <summary>Starts a worker.</summary>
    public RunningWorker BeginWorker(IWorkHandler handler, Func<WorkerOptions, WorkerOptions>? with = null)
    {
        var options = new WorkerOptions
        {
            Broker = _connection.Options,
            Signer = Signer,
            Name = string.Create(CultureInfo.InvariantCulture, $"worker {_workers.Count}"),
            ThrottleLimit = 2,
            // Tests leave items at work.
            DrainTimeout = TimeSpan.FromMilliseconds(100),
        };
        var worker = new RunningWorker(with?.Invoke(options) ?? options, handler);
        _workers.Enqueue(worker);
        return worker;
    }

    /// <summary>A message as a submitter makes it.</summary>
    public WorkMessage NewWork(string? serializeBy = null) => new()
    {
        Batch = "batch",
        Run = Run,
        Index = _sent++,
        Identity = Guid.NewGuid().ToString("N"),
        SerializeBy = serializeBy,
        Attempt = 1,
        Epoch = 1,
        Operation = new OperationMessage { Name = "test", Hash = "0", Definition = "{}" },
        Input = "1",
        AttemptSeconds = 600,
        Issued = DateTimeOffset.UtcNow,
        Expires = DateTimeOffset.UtcNow.AddHours(1),
        Nonce = Guid.NewGuid().ToString("N"),
        ReplyTo = Replies,
    };

    public async Task<WorkMessage> SendAsync(WorkMessage message, MessageSigner? signer = null)
    {
        var (body, properties) = Message.Pack(message, signer ?? Signer);
        await SendAsync(message.SerializeBy, body, properties);
        return message;
    }

    public Task SendAsync(string? serializeBy, ReadOnlyMemory<byte> body, BasicProperties properties) => serializeBy is null
        ? _publisher.PublishAsync("", Topology.Work, properties, body, Cancellation)
        : _publisher.PublishAsync(Topology.KeyedExchange, Topology.RoutingKey(serializeBy), properties, body, Cancellation);

    public async Task StopAsync(StopMessage stop)
    {
        var (body, properties) = Message.Pack(stop, Signer);
        await _publisher.PublishAsync("", Topology.Control, properties, body, Cancellation);
    }

    public StopMessage StopOfRun() => new() { Batch = "batch", Run = Run, Issued = DateTimeOffset.UtcNow };

    public Task<ResultMessage> NextResultAsync() => _results.Reader.ReadAsync(Cancellation).AsTask().Within();

    public Task<StartMessage> NextStartAsync() => _starts.Reader.ReadAsync(Cancellation).AsTask().Within();

    public async Task<List<ResultMessage>> ResultsAsync(int count)
    {
        var results = new List<ResultMessage>();
        while (results.Count < count)
        {
            results.Add(await NextResultAsync());
        }

        return results;
    }

    /// <summary>What has come back, and nobody has taken.</summary>
    public (int Results, int Starts) Untaken => (_results.Reader.Count, _starts.Reader.Count);

    /// <summary>Messages that wait in a queue; those that a connected worker holds are not among them.</summary>
    public Task<uint> CountAsync(string queue) => _channel.MessageCountAsync(queue, Cancellation);

    /// <summary>Waits until so many messages are in a queue.</summary>
    public Task ExpectCountAsync(string queue, uint count) => _channel.ExpectCountAsync(queue, count);

    /// <summary>Asks the workers what they do; ends when so many have answered.</summary>
    public Task<IReadOnlyList<PresenceMessage>> CallRollAsync(int expected) => RollCall.AskAsync(_connection, Signer, Guarded.Limit, Cancellation, expected);

    /// <summary>The broker closes a worker's connection.</summary>
    public Task CloseConnectionAsync(RunningWorker worker) => _local.RabbitCtlAsync("eval", $$"""
        [rabbit_networking:close_connection(Pid, "test") || Pid <- rabbit_networking:connections(),
            [{client_properties, Properties}, {vhost, Host}] <- [rabbit_reader:info(Pid, [client_properties, vhost])],
            Host =:= <<"{{_connection.Options.VirtualHost}}">>,
            lists:member({<<"connection_name">>, longstr, <<"BatchOps worker {{worker.Worker.Name.Name}}">>}, Properties)].
        """);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_workers.Select(static w => w.DisposeAsync().AsTask()));

        await _channel.DisposeAsync();
        await _publisher.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private Task OnReplyAsync(object sender, BasicDeliverEventArgs delivery)
    {
        if (Message.Unpack<ResultMessage>(delivery.Body, delivery.BasicProperties, Signer) is { } result)
        {
            _results.Writer.TryWrite(result);
        }
        else if (Message.Unpack<StartMessage>(delivery.Body, delivery.BasicProperties, Signer) is { } start)
        {
            _starts.Writer.TryWrite(start);
        }

        return Task.CompletedTask;
    }
}

/// <summary>A worker that runs.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly Channel<WorkerNotice> _notices = Channel.CreateUnbounded<WorkerNotice>();

    public RunningWorker(WorkerOptions options, IWorkHandler handler)
    {
        Worker = new BatchWorker(
            options with
            {
                OnNotice = notice =>
                {
                    _notices.Writer.TryWrite(notice);
                    options.OnNotice?.Invoke(notice);
                },
            },
            handler);
        Running = Worker.RunAsync(_drain.Token);
    }

    public BatchWorker Worker { get; }

    public Task Running { get; }

    /// <summary>The next notice of a kind; others before it are passed over.</summary>
    public async Task<WorkerNotice> NoticeAsync(WorkerNoticeKind kind)
    {
        while (true)
        {
            var next = _notices.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();
            if (await Task.WhenAny(next, Running).Within() == Running)
            {
                await Running;
            }

            if ((await next.Within()).Kind == kind)
            {
                return await next;
            }
        }
    }

    public void BeginDrain() => _drain.Cancel();

    public Task DrainAsync()
    {
        BeginDrain();
        return Running.Within();
    }

    public async ValueTask DisposeAsync()
    {
        BeginDrain();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }
}

/// <summary>Bounds for waits that end by themselves when the code is right: reached only by a test that fails.</summary>
internal static class Guarded
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task Within(this Task task) => task.WaitAsync(Limit);

    /// <summary>Asks until it is so. An asking lasts as long as its answer is on the way, so that nothing waits for a clock.</summary>
    public static async Task UntilAsync(Func<Task<bool>> asking)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await asking())
        {
            limit.Token.ThrowIfCancellationRequested();
        }
    }
}
