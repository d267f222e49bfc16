namespace BatchOps.Engine;

/// <summary>Runs the attempts of a run on workers that it opens while there is work for them.</summary>
public abstract class BatchExecutor
{
    private readonly CountdownEvent _alive = new(1);
    private int _opened;
    private int _closed;

    private protected BatchExecutor()
    {
    }

    /// <summary>How many workers were opened so far.</summary>
    public int OpenedWorkers => Volatile.Read(ref _opened);

    /// <summary>Blocks until all workers have ended. Work that was abandoned may keep some.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <returns>How many workers are still there.</returns>
    public int WaitForWorkers(TimeSpan timeout)
    {
        if (!_alive.IsSet && _alive.CurrentCount > 0 && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _alive.Signal();
        }

        return _alive.Wait(timeout) ? 0 : _alive.CurrentCount;
    }

    /// <summary>Counts a new worker; false when none is wanted any more.</summary>
    private protected bool TryOpenWorker(out int number)
    {
        number = 0;
        if (!_alive.TryAddCount())
        {
            return false;
        }

        number = Interlocked.Increment(ref _opened);
        return true;
    }

    private protected void CloseWorker() => _alive.Signal();
}
