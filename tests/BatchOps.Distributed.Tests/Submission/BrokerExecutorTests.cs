using System.Collections.Concurrent;
using System.Globalization;
using BatchOps.Distributed.Support;
using BatchOps.Distributed.Workers;
using BatchOps.Engine;
using BatchOps.Tests;

namespace BatchOps.Distributed.Submission;

/// <summary>The contract of all executors, kept by a worker of a broker.</summary>
public sealed class BrokerExecutorTests(BrokerExecutorTests.Site site) : ExecutorContract, IClassFixture<BrokerExecutorTests.Site>
{
    protected override BatchOptions Configure(BatchOptions options) => options with { Remote = true };

    protected override async ValueTask<IAsyncDisposable?> AttachAsync(BatchRun<int, string> run, Func<ContractItem, ValueTask<string>> operation)
    {
        var submitter = await BrokerSubmitter.OpenAsync(new SubmitterOptions { Broker = site.Broker, Signer = site.Signer }, TestContext.Current.CancellationToken);
        var codec = new NumberCodec(Guid.NewGuid());
        site.Operations[codec.Operation.Hash] = operation;
        submitter.Attach(run, codec);
        return submitter;
    }

    /// <summary>A virtual host with a worker, which runs whatever operation a message names.</summary>
    public sealed class Site(SharedBroker shared) : IAsyncLifetime, IWorkHandler
    {
        private RunningWorker? _worker;

        internal BrokerOptions Broker { get; private set; } = null!;

        internal MessageSigner Signer { get; } = new(TestKey.Shared);

        internal ConcurrentDictionary<string, Func<ContractItem, ValueTask<string>>> Operations { get; } = new(StringComparer.Ordinal);

        public async ValueTask InitializeAsync()
        {
            Broker = await shared.NewVirtualHostAsync();
            await using (var connection = await BrokerConnection.OpenAsync(Broker, CancellationToken.None))
            {
                await Topology.InstallAsync(connection, new TopologyOptions { Partitions = 24, ResultQueues = 4 }, CancellationToken.None);
            }

            _worker = new RunningWorker(new WorkerOptions { Broker = Broker, Signer = Signer, ThrottleLimit = 16, StartDelay = TimeSpan.Zero }, this);
            await _worker.NoticeAsync(WorkerNoticeKind.Connected);
        }

        public string? Refuses(OperationMessage operation) => null;

        public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop)
        {
            try
            {
                var message = item.Message;
                var input = int.Parse(message.Input, CultureInfo.InvariantCulture);
                return new WorkResult { Class = OutcomeClass.Success, Output = await Operations[message.Operation.Hash](new ContractItem(message.Index, message.Attempt, input, stop)) };
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                var (outcome, retryAfter) = OutcomeClassifier.Classify(error);
                return new WorkResult { Class = outcome, RetryAfter = retryAfter, Error = new ErrorMessage { Type = error.GetType().FullName!, Message = error.Message } };
            }
        }

        public Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop) => RunAsync(item, stop);

        public void Forget(Guid run)
        {
        }

        public async ValueTask DisposeAsync()
        {
            if (_worker is not null)
            {
                await _worker.DisposeAsync();
            }
        }
    }

    private sealed class NumberCodec(Guid operation) : IWireCodec<int, string>
    {
        public OperationMessage Operation { get; } = new() { Name = "contract", Hash = operation.ToString("N"), Definition = string.Empty };

        public string Encode(int input) => input.ToString(CultureInfo.InvariantCulture);

        public AttemptOutcome<string> Decode(ResultMessage result, int input) => result.Class == OutcomeClass.Success
            ? AttemptOutcome<string>.Succeeded(result.Output)
            : new AttemptOutcome<string>
            {
                Class = result.Class,
                Signal = result.Signal,
                RetryAfter = result.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                Error = new InvalidOperationException(result.Error?.Message),
            };
    }
}
