using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>
/// Does the work that submitters have put into a broker, until it is told to end. The broker may hand an item out more than
/// once; the submitter takes one outcome of it. When the connection breaks, all that is at work is told to stop and its outcome
/// discarded, since others get it; the worker connects again and goes on.
/// </summary>
public sealed class BatchWorker
{
    private const int FinishedRemembered = 100_000;
    private static readonly TimeSpan ShortSession = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DelayAfterShortSession = TimeSpan.FromSeconds(1);

    private long _succeeded;
    private long _failed;
    private WorkerSession? _session;
    private int _running;
    private bool _wasConnected;

    /// <summary>Creates a worker. It does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="options">What it is told.</param>
    /// <param name="handler">What runs the items.</param>
    /// <exception cref="BatchOptionsException">At least one option cannot work; the message names them all.</exception>
    public BatchWorker(WorkerOptions options, IWorkHandler handler)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        options.Validate();
        Options = options;
        Handler = handler;
        Name = WorkerName.New(options.Name);
        Slots = new SemaphoreSlim(options.ThrottleLimit);
        StartedAt = options.Time.GetUtcNow();
        Runs = new RunMemory(handler, options.Time);
    }

    /// <summary>Who it is.</summary>
    public WorkerName Name { get; }

    /// <summary>What it was told.</summary>
    public WorkerOptions Options { get; }

    /// <summary>When it was made (UTC).</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Attempts that it has ended with success.</summary>
    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>Attempts that it has ended without.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Whether it is connected and takes work, or ends what it has.</summary>
    public bool IsConnected => Volatile.Read(ref _session) is not null;

    /// <summary>What it holds: at work, or handed to it by the broker and waiting to start.</summary>
    public IReadOnlyList<HeldItem> Items => Volatile.Read(ref _session)?.Items ?? [];

    /// <summary>Partitions of serialised items that it is known to serve.</summary>
    public IReadOnlyList<int> Partitions => Volatile.Read(ref _session)?.Partitions ?? [];

    internal IWorkHandler Handler { get; }

    /// <summary>Attempts at work, of connections that are gone too.</summary>
    internal SemaphoreSlim Slots { get; }

    /// <summary>Items that run alone do so one at a time.</summary>
    internal SemaphoreSlim Alone { get; } = new(1);

    /// <summary>Messages whose result the broker has.</summary>
    internal RecentMemory<string, bool> Finished { get; } = new(FinishedRemembered);

    /// <summary>How often messages were handed back unstarted: the broker counts that as a delivery, but it says nothing against the item.</summary>
    internal RecentMemory<string, int> HandedBack { get; } = new(FinishedRemembered);

    internal StopList Stops { get; } = new();

    internal RunMemory Runs { get; }

    /// <summary>Works until it is told to end; then takes nothing new, lets what is at work end within <see cref="WorkerOptions.DrainTimeout"/>, and hands the rest back.</summary>
    /// <param name="drain">Tells it to end.</param>
    /// <returns>A task that ends when nothing is at work any more.</returns>
    /// <exception cref="BrokerException">The broker refuses the worker, or its queues are not there, at the first connection. Later the worker tries again.</exception>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public async Task RunAsync(CancellationToken drain)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new InvalidOperationException("The worker runs already.");
        }

        try
        {
            var broker = Options.Broker with { ClientName = $"BatchOps worker {Name.Name}" };
            while (!drain.IsCancellationRequested)
            {
                var begun = Options.Time.GetTimestamp();
                try
                {
                    var connection = await BrokerConnection.ReconnectAsync(broker, Options.Time, e => Notify(WorkerNoticeKind.ConnectionLost, e.Message, error: e), drain).ConfigureAwait(false);
                    await using (connection.ConfigureAwait(false))
                    {
                        await WorkAsync(connection, drain).ConfigureAwait(false);
                    }
                }
                catch (BrokerException error) when (_wasConnected || error.IsTransient)
                {
                    Notify(WorkerNoticeKind.ConnectionLost, error.Message, error: error);
                }

                if (!drain.IsCancellationRequested && Options.Time.GetElapsedTime(begun) < ShortSession)
                {
                    await Task.Delay(DelayAfterShortSession, Options.Time, drain).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (drain.IsCancellationRequested)
        {
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }

        Notify(WorkerNoticeKind.Drained, $"The worker {Name.Name} has ended: {Succeeded} succeeded, {Failed} did not.");
    }

    internal void Count(OutcomeClass outcome) => Interlocked.Increment(ref outcome == OutcomeClass.Success ? ref _succeeded : ref _failed);

    internal void Notify(WorkerNoticeKind kind, string message, AttemptMessage? attempt = null, Exception? error = null) =>
        Options.OnNotice?.Invoke(new WorkerNotice(kind, message) { Attempt = attempt, Error = error });

    private async Task WorkAsync(BrokerConnection connection, CancellationToken drain)
    {
        var session = new WorkerSession(this, connection);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                await session.OpenAsync(drain).ConfigureAwait(false);
                _wasConnected = true;
                Volatile.Write(ref _session, session);
                Notify(WorkerNoticeKind.Connected, $"The worker {Name.Name} takes work from {connection.Options.Address}, at most {Options.ThrottleLimit} items at once.");
                await session.RunAsync(drain).ConfigureAwait(false);
            }
            finally
            {
                Volatile.Write(ref _session, null);
            }
        }
    }
}
