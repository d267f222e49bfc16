using BatchOps.Tests;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>The contract of all executors, kept by tasks of this process.</summary>
public class TaskExecutorInRealTimeTests : BatchOps.Tests.ExecutorContract
{
    protected override BatchOptions Configure(BatchOptions options) => options;

    protected override ValueTask<IAsyncDisposable?> AttachAsync(BatchRun<int, string> run, Func<ContractItem, ValueTask<string>> operation)
    {
        TaskExecutor<int, string>.Attach(run, lease => operation(new ContractItem(lease.Index, lease.Attempt, lease.Input, lease.CancellationToken)));
        return default;
    }
}

/// <summary>Kept one item at a time.</summary>
public sealed class SequentialInRealTimeTests : TaskExecutorInRealTimeTests
{
    protected override BatchOptions Configure(BatchOptions options) => base.Configure(options) with { Sequential = true };
}

/// <summary>Kept by threads of this process.</summary>
public sealed class ThreadExecutorInRealTimeTests : BatchOps.Tests.ExecutorContract
{
    protected override BatchOptions Configure(BatchOptions options) => options;

    protected override ValueTask<IAsyncDisposable?> AttachAsync(BatchRun<int, string> run, Func<ContractItem, ValueTask<string>> operation)
    {
        ThreadExecutor<int, string>.Attach(run, lease => operation(new ContractItem(lease.Index, lease.Attempt, lease.Input, lease.CancellationToken)).AsTask().GetAwaiter().GetResult());
        return default;
    }
}

/// <summary>Kept by a run that takes its workers for ones elsewhere.</summary>
public sealed class RemoteInRealTimeTests : BatchOps.Tests.ExecutorContract
{
    protected override BatchOptions Configure(BatchOptions options) => options with { Remote = true };

    protected override ValueTask<IAsyncDisposable?> AttachAsync(BatchRun<int, string> run, Func<ContractItem, ValueTask<string>> operation)
    {
        TaskExecutor<int, string>.Attach(run, async lease =>
        {
            await Task.Yield();
            lease.NoteStarted(worker: 1);
            return await operation(new ContractItem(lease.Index, lease.Attempt, lease.Input, lease.CancellationToken));
        });
        return default;
    }
}
