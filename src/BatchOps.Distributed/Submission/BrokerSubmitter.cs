using BatchOps.Engine;
using RabbitMQ.Client.Exceptions;

namespace BatchOps.Distributed;

/// <summary>Submits the items of one run to workers through a broker, and brings their outcomes back.</summary>
/// <remarks>
/// The run is a run like any other: it admits, retries, orders, journals. Only its attempts take place elsewhere. The
/// journal knows of an item before the broker does, and an outcome is acknowledged when the journal has it; so whatever
/// dies in between, an item is run at least once and has exactly one outcome.
/// </remarks>
public sealed class BrokerSubmitter : IAsyncDisposable
{
    // What the last words (that work is taken back) may take.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    // How long a broker may refuse a run that it has served before: after a start it says such things for a while, and it
    // keeps the results queue of a connection until it knows that it is broken.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortSession = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly TopologyState _topology;
    private BrokerConnection? _connection;
    private TaskCompletionSource<SubmitterSession> _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IRemoteRun? _run;
    private Task _linked = Task.CompletedTask;

    private BrokerSubmitter(SubmitterOptions options, BrokerConnection connection, TopologyState topology)
    {
        Options = options;
        _connection = connection;
        _topology = topology;
    }

    /// <summary>What the submitter was told.</summary>
    public SubmitterOptions Options { get; }

    /// <summary>Connects, and checks that all is there that a run needs.</summary>
    /// <param name="options">The broker and how to use it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="BatchOptionsException">An option can't work.</exception>
    /// <exception cref="BrokerException">The broker can't be reached or used; the message says what to do.</exception>
    public static async Task<BrokerSubmitter> OpenAsync(SubmitterOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var connection = await BrokerConnection.OpenAsync(options.Broker, cancellationToken).ConfigureAwait(false);
        try
        {
            return new BrokerSubmitter(options, connection, await Topology.RequireAsync(connection, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses a run that can't be submitted.</summary>
    /// <param name="run">What the run is told.</param>
    /// <exception cref="BatchOptionsException">Its attempts may take longer than the broker waits for them.</exception>
    public void Require(BatchOptions run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Options.Require(run);
    }

    /// <summary>Makes the workers of the broker the workers of a run. Once.</summary>
    /// <param name="run">The run; its <see cref="BatchOptions.Remote"/> must be set.</param>
    /// <param name="codec">How its operation, items and outcomes travel.</param>
    /// <typeparam name="TInput">The items of the run.</typeparam>
    /// <typeparam name="TOutput">What an attempt yields.</typeparam>
    /// <exception cref="BatchOptionsException">The run's attempts may take longer than the broker waits for them; <see cref="Require"/> says so before there is a run.</exception>
    public BatchExecutor Attach<TInput, TOutput>(BatchRun<TInput, TOutput> run, IWireCodec<TInput, TOutput> codec)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(codec);
        if (_run is not null)
        {
            throw new InvalidOperationException("A submitter has one run; open another for another.");
        }

        if (!run.Options.Remote)
        {
            throw new ArgumentException("The run's options do not say Remote; its attempts would time out while they wait at the broker.", nameof(run));
        }

        Require(run.Options);
        var remote = new RemoteRun<TInput, TOutput>(this, run, codec);
        _run = remote;
        _linked = Task.Run(() => KeepLinkedAsync(remote), CancellationToken.None);
        return TaskExecutor<TInput, TOutput>.AttachOutcome(run, remote.RunAsync);
    }

    /// <summary>Takes back what is still out, and leaves. What workers have ended meanwhile waits for a resume.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested)
        {
            return;
        }

        if (_run is { } run)
        {
            try
            {
                await run.LeaveAsync().WaitAsync(Farewell).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // The broker is gone; a stop that it never hears of costs work, not correctness.
            }
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _linked.ConfigureAwait(false);
        if (_connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The session at hand; waits for one while the broker is away.</summary>
    internal Task<SubmitterSession> SessionAsync(CancellationToken stop)
    {
        lock (_sync)
        {
            return _session.Task.WaitAsync(stop);
        }
    }

    /// <summary>Connects anew each time the connection goes, for as long as the run lasts.</summary>
    private async Task KeepLinkedAsync(IRemoteRun run)
    {
        var time = run.TimeProvider;
        long? servedAt = null;
        while (!_ending.IsCancellationRequested)
        {
            var begun = time.GetTimestamp();
            try
            {
                _connection ??= await BrokerConnection.ReconnectAsync(Options.Broker, time, onFailure: null, _ending.Token).ConfigureAwait(false);
                await ServeAsync(run, _connection, () => servedAt = time.GetTimestamp()).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // The connection went, or the run is over.
            }
            catch (Exception error) when (error is BrokerException or RabbitMQClientException or IOException or ObjectDisposedException or TimeoutException)
            {
                var fault = BrokerException.Using(Options.Broker, "go on with the run", error);
                if (!fault.IsTransient && (servedAt is not { } at || time.GetElapsedTime(at) > Patience))
                {
                    run.Abort(fault);
                    return;
                }
            }
            catch (Exception error)
            {
                run.Abort(error);
                return;
            }

            if (!_ending.IsCancellationRequested)
            {
                if (_connection is { } gone)
                {
                    _connection = null;
                    await gone.DisposeAsync().ConfigureAwait(false);
                }

                if (time.GetElapsedTime(begun) < ShortSession)
                {
                    await Task.Delay(ShortSession, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    /// <summary>Serves the run over one connection, and asks the workers now and then what they hold, so that what is lost is submitted again.</summary>
    private async Task ServeAsync(IRemoteRun run, BrokerConnection connection, Action onServed)
    {
        await using var session = await SubmitterSession.OpenAsync(connection, _topology.ResultQueues, run.Batch, _ending.Token).ConfigureAwait(false);
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(connection.Closed, session.Broken, _ending.Token);
        await session.ConsumeAsync(run.HandleAsync, closed.Token).ConfigureAwait(false);
        _session.SetResult(session);
        try
        {
            using var rounds = new PeriodicTimer(Options.RollCallPeriod, run.TimeProvider);
            do
            {
                await run.ReviewAsync(session, _topology.Partitions, closed.Token).ConfigureAwait(false);
                onServed();
            }
            while (await rounds.WaitForNextTickAsync(closed.Token).ConfigureAwait(false));
        }
        finally
        {
            lock (_sync)
            {
                _session = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
