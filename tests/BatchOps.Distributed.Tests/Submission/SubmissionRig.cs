using System.Globalization;
using BatchOps.BrokerPeer;
using BatchOps.Distributed.Support;
using BatchOps.Distributed.Workers;
using BatchOps.Engine;

namespace BatchOps.Distributed.Submission;

/// <summary>A virtual host with its queues installed, runs that are submitted there, and workers of this process, real ones and scripted ones.</summary>
internal sealed class SubmissionRig : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchops-submission-");
    private readonly List<IAsyncDisposable> _parts = [];

    private SubmissionRig(BrokerOptions broker)
    {
        Broker = broker;
        Submitter = new SubmitterOptions { Broker = broker, Signer = Signer, RollCallPeriod = TimeSpan.FromMilliseconds(200), RollCallPatience = TimeSpan.FromMilliseconds(200) };
    }

    public BrokerOptions Broker { get; }

    public MessageSigner Signer { get; } = new(TestKey.Shared);

    public SubmitterOptions Submitter { get; set; }

    public string Journal => Path.Combine(_folder.FullName, "run.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SubmissionRig> CreateAsync(SharedBroker shared, int results = 1)
    {
        var rig = new SubmissionRig(await shared.NewVirtualHostAsync());
        await using var connection = await BrokerConnection.OpenAsync(rig.Broker, Cancellation);
        await Topology.InstallAsync(connection, new TopologyOptions { Partitions = 2, ResultQueues = results }, Cancellation);
        return rig;
    }

    /// <summary>Starts a run. Its journal is that of the rig when a name is given.</summary>
    public async Task<SubmittedRun> StartAsync(BatchOptions? options = null, string? batch = null, bool resume = false)
    {
        options ??= new BatchOptions();
        var submitter = await BrokerSubmitter.OpenAsync(Submitter, Cancellation);
        var run = new BatchRun<string, string>(options with
        {
            Remote = true,
            BatchName = batch,
            Journal = batch is null ? null : new JournalOptions { Path = Journal, OperationHash = "wait", Resume = resume },
        });
        submitter.Attach(run, new TextCodec("test"));
        var submitted = new SubmittedRun(run, submitter);
        _parts.Add(submitted);
        return submitted;
    }

    public async Task<RunningWorker> StartWorkerAsync(IWorkHandler handler, int throttleLimit = 4)
    {
        var worker = new RunningWorker(new WorkerOptions { Broker = Broker, Signer = Signer, ThrottleLimit = throttleLimit }, handler);
        _parts.Add(worker);
        await worker.NoticeAsync(WorkerNoticeKind.Connected);
        return worker;
    }

    /// <summary>Connects a worker that does what the test says.</summary>
    public async Task<ScriptedWorker> ScriptAsync(ushort prefetch = 10)
    {
        var worker = await ScriptedWorker.ConnectAsync(Broker, Signer, prefetch);
        _parts.Add(worker);
        return worker;
    }

    /// <summary>A run of one item, which a scripted worker has taken.</summary>
    public async Task<(SubmittedRun Run, ScriptedWorker Worker, WorkMessage Work)> SubmitOneAsync(BatchOptions? options = null)
    {
        var run = await StartAsync(options);
        var worker = await ScriptAsync();
        run.PostAll(1);
        return (run, worker, (await worker.NextAsync()).Work);
    }

    /// <summary>A submitter in a process of its own submits items under the name "peer" and is killed when all are in the queue of work.</summary>
    public async Task SubmitAndDieAsync(int items)
    {
        await using var watcher = await ScriptAsync(prefetch: 0);
        await using var peer = Faults.Peer.Start(
            new PeerSettings
            {
                Address = Broker.Address,
                UserName = Broker.UserName,
                Password = Broker.Password,
                SigningKey = TestKey.Shared,
                HeartbeatSeconds = Broker.Heartbeat.TotalSeconds,
                ThrottleLimit = items,
                Journal = Journal,
                Items = items,
            },
            "--submit");
        await watcher.ExpectCountAsync(Topology.Work, (uint)items);
        await peer.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}

/// <summary>A run whose results the test takes.</summary>
internal sealed class SubmittedRun(BatchRun<string, string> run, BrokerSubmitter submitter) : IAsyncDisposable
{
    public BatchRun<string, string> Run => run;

    /// <summary>Posts items; each is its own key.</summary>
    public void Post(params IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            Assert.True(run.TryPost(item, new ItemTraits { Key = item }));
        }
    }

    /// <summary>Posts so many items, their indexes as texts, and says that no more come.</summary>
    public void PostAll(int items)
    {
        Post(Enumerable.Range(0, items).Select(static i => i.ToString(CultureInfo.InvariantCulture)));
        run.CompleteAdding();
    }

    /// <summary>The next result; null at the run's end.</summary>
    public async Task<ItemResult<string, string>?> NextAsync()
    {
        ItemResult<string, string>? result;
        while (!run.TryTakeResult(out result))
        {
            if (!await run.WaitForResultAsync().AsTask().Within())
            {
                return null;
            }
        }

        return result;
    }

    public async Task<List<ItemResult<string, string>>> RestAsync()
    {
        var rest = new List<ItemResult<string, string>>();
        while (await NextAsync() is { } result)
        {
            rest.Add(result);
        }

        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        run.Cancel();
        await submitter.DisposeAsync();
    }
}
