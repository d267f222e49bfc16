using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>One operation of a submitter's run, at a worker: runspaces on threads of their own, which are kept from item to item.</summary>
/// <remarks>Retries, rates and outcomes are the submitter's business: here an item is one attempt.</remarks>
internal sealed class LocalRun
{
    private readonly ItemRun _run;
    private readonly BatchExecutor _executor;
    private readonly TimeProvider _time;
    private int _open;
    private long _lastUsed;

    public LocalRun(ScriptOperation operation, int throttleLimit, TimeProvider time)
    {
        _time = time;
        _lastUsed = time.GetTimestamp();
        _run = new ItemRun(new BatchOptions { ThrottleLimit = throttleLimit, Credits = int.MaxValue });
        _executor = operation.Attach(_run);
    }

    /// <summary>Runs an item.</summary>
    public void Post(RemoteItem item)
    {
        Interlocked.Increment(ref _open);
        _run.TryPost(item, default);
    }

    /// <summary>Whether it has had no item for so long.</summary>
    public bool IsIdle(TimeSpan limit) => Volatile.Read(ref _open) == 0 && _time.GetElapsedTime(Volatile.Read(ref _lastUsed)) >= limit;

    /// <summary>Takes outcomes until it has ended.</summary>
    public async Task WatchAsync()
    {
        while (await _run.WaitForResultAsync().ConfigureAwait(false))
        {
            TakeResults();
        }
    }

    /// <summary>Takes the outcomes that are there.</summary>
    public void TakeResults()
    {
        while (_run.TryTakeResult(out var result))
        {
            Volatile.Write(ref _lastUsed, _time.GetTimestamp());
            Interlocked.Decrement(ref _open);
            ((RemoteItem)result.Input!).End(_run.Fault);
        }
    }

    /// <summary>No more items will come.</summary>
    public void Complete() => _run.CompleteAdding();

    /// <summary>Ends what is at work.</summary>
    public void Cancel(TimeSpan patience)
    {
        _run.Cancel();
        _executor.WaitForWorkers(patience);
    }
}
