using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace BatchOps.Distributed;

/// <summary>
/// A worker's work over one connection. All that it publishes and acknowledges goes over that connection, so that nothing is
/// said about a message that the broker has given to others.
/// </summary>
internal sealed partial class WorkerSession : IAsyncDisposable
{
    // How old a stop may be that is still heard: as old as the broker keeps it.
    private const string StopsSince = "1D";

    private readonly BatchWorker _worker;
    private readonly BrokerConnection _connection;
    private readonly TimeProvider _time;
    private readonly MessageSigner _signer;
    private readonly CancellationTokenSource _lost = new();
    private readonly ConcurrentDictionary<ulong, HeldDelivery> _held = [];
    private readonly RateShares _shares;
    private readonly RateGranter _granter;
    private readonly RateClaims _claims;
    private readonly CancellationTokenRegistration _closed;
    private DirectChannel? _direct;
    private ConfirmedPublisher? _publisher;
    private IChannel? _consuming;
    private volatile Exception? _cause;
    private volatile bool _draining;

    public WorkerSession(BatchWorker worker, BrokerConnection connection)
    {
        _worker = worker;
        _connection = connection;
        _time = worker.Options.Time;
        _ahead = new ReadAheadPace(worker.Options.ThrottleLimit);
        _signer = worker.Options.Signer;
        _shares = new RateShares((request, token) => Direct.SendAsync(request, exchange: "", Topology.Rates, DirectChannel.ReplyQueue, token), _time);
        _claims = new RateClaims(ClaimAsync);
        _granter = new RateGranter(GrantAsync, _claims.ClaimAsync, _time);
        _closed = connection.Closed.UnsafeRegister(static session => ((WorkerSession)session!).Lose(cause: null), this);
    }

    public IReadOnlyList<int> Partitions => [.. _keyed.Where(static s => s is { IsServing: true }).Select(static s => s!.Partition!.Value)];

    public IReadOnlyList<HeldItem> Items => [.. _held.Values.OrderBy(static held => held.Tag).Select(held => new HeldItem
    {
        Batch = held.Message.Batch,
        Attempt = held.Attempt,
        Key = held.Message.Key,
        Operation = held.Message.Operation.Name ?? $"script {held.Message.Operation.Hash[..Math.Min(12, held.Message.Operation.Hash.Length)]}",
        Seconds = held.StartedAt is { } at ? _time.GetElapsedTime(at).TotalSeconds : null,
    })];

    private DirectChannel Direct => _direct!;

    private ConfirmedPublisher Publisher => _publisher!;

    private IChannel Consuming => _consuming!;

    /// <summary>Begins to take work.</summary>
    /// <exception cref="BrokerException">The connection is gone, or the topology is not there.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var topology = await Topology.RequireAsync(_connection, cancellationToken).ConfigureAwait(false);
            _publisher = await ConfirmedPublisher.OpenAsync(_connection, cancellationToken).ConfigureAwait(false);
            _direct = await DirectChannel.OpenAsync(_connection, _signer, cancellationToken).ConfigureAwait(false);
            LoseWith(_direct.Channel);
            await _direct.ListenAsync(DirectChannel.ReplyQueue, OnReplyAsync, cancellationToken).ConfigureAwait(false);
            await _direct.ListenAsync(Topology.Rates, OnRateRequestAsync, cancellationToken).ConfigureAwait(false);
            await FindElectedAsync(cancellationToken).ConfigureAwait(false);
            await ReadStopsAsync(cancellationToken).ConfigureAwait(false);
            await RollCall.AnswerAsync(_direct, _signer, Presence, cancellationToken).ConfigureAwait(false);

            _consuming = await _connection.OpenChannelAsync(confirms: false, cancellationToken).ConfigureAwait(false);
            LoseWith(_consuming);
            await _consuming.BasicQosAsync(prefetchSize: 0, prefetchCount: 1, global: false, cancellationToken).ConfigureAwait(false);
            await SubscribeAsync(topology.Partitions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw BrokerException.Using(_connection.Options, "begin to work", error);
        }
    }

    /// <summary>Works until it is told to end and has, or the connection is gone.</summary>
    /// <exception cref="BrokerException">The connection is gone.</exception>
    public async Task RunAsync(CancellationToken drain)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(drain, _lost.Token);
        var watching = Task.WhenAll(WatchClockAsync(_lost.Token), BalanceAsync(ending.Token));
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_lost.IsCancellationRequested)
        {
            await DrainAsync().ConfigureAwait(false);
        }

        var lost = _lost.IsCancellationRequested;
        await _lost.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (lost && !drain.IsCancellationRequested)
        {
            throw _cause as BrokerException ?? BrokerException.Using(_connection.Options, "go on with the work", _cause ?? new IOException("The connection is gone."));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Lose(cause: null);
        await _closed.DisposeAsync().ConfigureAwait(false);
        _granter.Dispose();
        if (_consuming is not null)
        {
            await _consuming.DisposeAsync().ConfigureAwait(false);
        }

        if (_direct is not null)
        {
            await _direct.DisposeAsync().ConfigureAwait(false);
        }

        if (_publisher is not null)
        {
            await _publisher.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void LoseWith(IChannel channel) => channel.ChannelShutdownAsync += (_, shutdown) =>
    {
        Lose(shutdown.Initiator == ShutdownInitiator.Peer ? new RabbitMQ.Client.Exceptions.OperationInterruptedException(shutdown) : null);
        return Task.CompletedTask;
    };

    /// <summary>The connection is gone, or is given up: what is held ends without a word to the broker.</summary>
    private void Lose(Exception? cause)
    {
        _cause ??= cause;
        _ = _lost.CancelAsync();
        foreach (var held in _held.Values)
        {
            held.End(EndReason.Lost);
        }
    }

    /// <summary>Gives the connection up after the process stood still for so long that the broker may have.</summary>
    private async Task WatchClockAsync(CancellationToken cancellationToken)
    {
        var limit = 2 * _connection.Options.Heartbeat;
        while (!cancellationToken.IsCancellationRequested)
        {
            var seen = _time.GetTimestamp();
            await Task.Delay(_connection.Options.Heartbeat / 2, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_time.GetElapsedTime(seen) is var gap && gap >= limit)
            {
                Lose(new BrokerException(BrokerFault.ConnectionLost, $"The worker stood still for {gap.TotalSeconds:0.0} s, so that the broker may have given its work to others."));
            }
        }
    }

    private async Task DrainAsync()
    {
        _draining = true;
        var drained = DrainHeldAsync();
        try
        {
            await drained.WaitAsync(_worker.Options.DrainTimeout, _time, _lost.Token).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var held in _held.Values)
            {
                held.End(EndReason.Drained);
            }

            // Work that does not even stop is left behind; its message goes to others when the connection closes.
            await drained.WaitAsync(2 * _worker.Options.GracePeriod, _time, _lost.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task DrainHeldAsync()
    {
        await Task.WhenAll(Shared.Select(EndSharedAsync).Concat(_keyed.OfType<Subscription>().Select(EndKeyedAsync))).ConfigureAwait(false);
        while (!_held.IsEmpty)
        {
            await Task.WhenAll(_held.Values.Select(static held => held.Done)).ConfigureAwait(false);
        }
    }

    private PresenceMessage Presence(string nonce) => new()
    {
        Nonce = nonce,
        Worker = _worker.Name,
        ThrottleLimit = _worker.Options.ThrottleLimit,
        ReadAhead = ReadAhead,
        StartedAt = _worker.StartedAt,
        Succeeded = _worker.Succeeded,
        Failed = _worker.Failed,
        Draining = _draining,
        SharesRates = _granter.IsElected,
        Partitions = Partitions,
        Items = Items,
    };

    private Task OnRateRequestAsync(BasicDeliverEventArgs delivery)
    {
        if (Message.Unpack<RateRequestMessage>(delivery.Body, delivery.BasicProperties, _signer) is { } request)
        {
            _granter.Hear(request, delivery.BasicProperties.ReplyTo);
        }

        return Task.CompletedTask;
    }

    private Task OnReplyAsync(BasicDeliverEventArgs delivery)
    {
        if (Message.Unpack<RateGrantMessage>(delivery.Body, delivery.BasicProperties, _signer) is { } grant)
        {
            _shares.Hear(grant);
        }

        return Task.CompletedTask;
    }

    private async Task GrantAsync(RateGrantMessage grant, string replyTo)
    {
        try
        {
            await Direct.SendAsync(grant, exchange: "", replyTo, replyTo: null, _lost.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Lose(error);
        }
    }

    private async Task ClaimAsync(RateClaimMessage claim)
    {
        try
        {
            var (body, properties) = Message.Pack(claim, _signer);
            await Publisher.PublishAsync(exchange: "", Topology.Control, properties, body, _lost.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Lose(error);
            throw;
        }
    }

    /// <summary>A request without an answer, so that whoever is elected knows it, and a wait for shares of the one before is over when it is first asked.</summary>
    private Task FindElectedAsync(CancellationToken cancellationToken) => Direct.SendAsync(
        new RateRequestMessage { Batch = "", Nonce = "", Rate = new RateMessage { Scope = "", Permits = 1, WindowSeconds = 1, Burst = 1, Cost = 1 } },
        exchange: "",
        Topology.Rates,
        replyTo: null,
        cancellationToken);

    /// <summary>Reads what was stopped and which limits were shared out, from the last day up to now, and goes on reading.</summary>
    private async Task ReadStopsAsync(CancellationToken cancellationToken)
    {
        // The end of a stream can't be seen; a message of our own is met when all before it has been read.
        var mark = new StopMessage { Batch = "", Run = Guid.Empty, Identity = Guid.NewGuid().ToString("N"), Issued = _time.GetUtcNow() };
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var channel = Direct.Channel;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            if (Message.Unpack<StopMessage>(delivery.Body, delivery.BasicProperties, _signer) is { } stop)
            {
                if (stop.Identity == mark.Identity)
                {
                    met.TrySetResult();
                }
                else if (stop.Run != Guid.Empty)
                {
                    OnStop(stop);
                }
            }
            else if (Message.Unpack<RateClaimMessage>(delivery.Body, delivery.BasicProperties, _signer) is { } claim)
            {
                _claims.Hear(claim);
            }

            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, _lost.Token).ConfigureAwait(false);
        };
        await channel.BasicQosAsync(prefetchSize: 0, prefetchCount: 200, global: false, cancellationToken).ConfigureAwait(false);
        await channel.BasicConsumeAsync(
            Topology.Control,
            autoAck: false,
            consumerTag: "",
            noLocal: false,
            exclusive: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-stream-offset"] = StopsSince },
            consumer,
            cancellationToken).ConfigureAwait(false);
        var (body, properties) = Message.Pack(mark, _signer);
        await Publisher.PublishAsync(exchange: "", Topology.Control, properties, body, cancellationToken).ConfigureAwait(false);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lost.Token);
        await met.Task.WaitAsync(_connection.Options.ConnectTimeout, _time, lost.Token).ConfigureAwait(false);
    }

    private void OnStop(StopMessage stop)
    {
        _worker.Stops.Add(stop);
        foreach (var held in _held.Values)
        {
            if (_worker.Stops.Covers(held.Message))
            {
                held.End(EndReason.Stopped);
            }
        }

        if (stop.Identity is null)
        {
            _worker.Runs.Forget(stop.Run);
        }
    }
}
