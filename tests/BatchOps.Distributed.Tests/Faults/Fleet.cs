using System.Globalization;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

/// <summary>Workers in processes of their own at a broker with its queues installed, and runs that are submitted to them.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("batchops-fleet-").FullName;
    private readonly BrokerOptions _broker;
    private readonly List<Peer> _peers = [];

    private Fleet(BrokerOptions broker)
    {
        _broker = broker;
        Log = Path.Combine(_folder, "workers");
        Journal = Path.Combine(_folder, "run.db");
        var settings = new PeerSettings
        {
            Address = broker.Address,
            UserName = broker.UserName,
            Password = broker.Password,
            SigningKey = TestKey.Shared,
            HeartbeatSeconds = broker.Heartbeat.TotalSeconds,
            ThrottleLimit = 8,
            Log = Log,
            Journal = Journal,
        };
        Settings = settings;
        Submitter = new SubmitterOptions { Broker = broker, Signer = settings.Signer, RollCallPeriod = TimeSpan.FromSeconds(1) };
    }

    /// <summary>What peers are told.</summary>
    public PeerSettings Settings { get; set; }

    /// <summary>Where workers note what they do.</summary>
    public string Log { get; }

    public string Journal { get; }

    public IReadOnlyList<Peer> Workers => _peers;

    /// <summary>What <see cref="RunAsync"/> tells the submitter.</summary>
    public SubmitterOptions Submitter { get; set; }

    /// <summary>Installs the queues.</summary>
    public static async Task<Fleet> CreateAsync(BrokerOptions broker, int partitions = 8)
    {
        await using var connection = await BrokerConnection.OpenAsync(broker, TestContext.Current.CancellationToken);
        await Topology.InstallAsync(connection, new TopologyOptions { Partitions = partitions, ResultQueues = 2 }, TestContext.Current.CancellationToken);
        return new Fleet(broker);
    }

    public Peer StartWorker(string? trusted = null)
    {
        var peer = Peer.Start(Settings, trusted: trusted);
        _peers.Add(peer);
        return peer;
    }

    /// <summary>A worker dies, and another takes its place.</summary>
    public async Task ReplaceAsync(int worker)
    {
        await _peers[worker].KillAsync();
        await _peers[worker].DisposeAsync();
        _peers[worker] = Peer.Start(Settings);
    }

    public Peer StartSubmitter()
    {
        var peer = Peer.Start(Settings, "--submit");
        _peers.Add(peer);
        return peer;
    }

    /// <summary>Runs items, their indexes as texts unless said otherwise, and hands each result over as it comes.</summary>
    public async Task<IReadOnlyList<ItemResult<string, string>>> RunAsync(
        int count,
        string operation,
        Func<string, ItemTraits>? traits = null,
        Func<int, string>? input = null,
        Func<int, Task>? onResult = null,
        BatchOptions? options = null,
        string definition = "")
    {
        await using var submitter = await BrokerSubmitter.OpenAsync(Submitter, TestContext.Current.CancellationToken);
        var run = new BatchRun<string, string>((options ?? new BatchOptions { ThrottleLimit = 200 }) with
        {
            Remote = true,
            BatchName = "peer",
            Journal = (options?.Journal ?? new JournalOptions { Path = Journal, OperationHash = "wait" }) with { Path = Journal },
        });
        submitter.Attach(run, new TextCodec(operation, definition));
        var items = Enumerable.Range(0, count).Select(i => input?.Invoke(i) ?? i.ToString(CultureInfo.InvariantCulture));
        var results = new List<ItemResult<string, string>>(count);
        await foreach (var result in Batch.StreamAsync(run, items, item => (traits?.Invoke(item) ?? ItemTraits.None) with { Key = item }))
        {
            results.Add(result);
            if (onResult is not null)
            {
                await onResult(results.Count);
            }
        }

        return results;
    }

    /// <summary>Messages that were given up.</summary>
    public Task<uint> CountDeadAsync() => CountAsync(Topology.Dead);

    /// <summary>Messages in a queue that no worker holds.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await using var connection = await BrokerConnection.OpenAsync(_broker, TestContext.Current.CancellationToken);
        await using var channel = await connection.OpenChannelAsync(confirms: false, TestContext.Current.CancellationToken);
        return await channel.MessageCountAsync(queue, TestContext.Current.CancellationToken);
    }

    /// <summary>The process of the worker that shares out limits; null while none is known to.</summary>
    public async Task<int?> ElectedAsync()
    {
        await using var connection = await BrokerConnection.OpenAsync(_broker, TestContext.Current.CancellationToken);
        var present = await RollCall.AskAsync(connection, Settings.Signer, RollCall.Patience, TestContext.Current.CancellationToken, expected: _peers.Count);
        return present.FirstOrDefault(static p => p.SharesRates)?.Worker.ProcessId;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
