namespace BatchOps.Engine;

/// <summary>A run's workers: who waits for a lease, how many there are, and when one more is worth its opening. Guarded by the throttle's lock.</summary>
/// <remarks>
/// Opening a worker can cost milliseconds of processor time (a runspace). Beyond one per processor, another is opened
/// only when an item has waited as long as the opening takes: if a worker at hand is sooner free, it is not needed.
/// No more open at once than there are processors.
/// </remarks>
internal sealed class WorkerPool
{
    private static readonly int Processors = Environment.ProcessorCount;

    private readonly Stack<LeaseTaker> _idle = new();
    private readonly Queue<long> _opening = new();
    private Action? _open;
    private int _count;
    private int _arrived;
    private long _openingTicks;

    public bool HasIdle => _idle.Count > 0;

    public void Attach(Action open) => _open = open;

    /// <summary>Whether one more worker could be opened at all: one for each ready item that none is being opened for yet.</summary>
    public bool CanOpen(int cap, int ready) => _open is not null && _idle.Count == 0 && _count < cap && _opening.Count < Math.Min(ready, Processors);

    /// <summary>When a worker is worth opening for an item that has been ready since then.</summary>
    public long WorthOpeningAt(long readySince) => _count < Processors ? readySince : readySince + _openingTicks;

    /// <summary>Counts one more worker and returns what opens it.</summary>
    public Action Open(long now)
    {
        _count++;
        _opening.Enqueue(now);
        return _open!;
    }

    /// <summary>A worker asks for its first lease. Returns its number, from 1.</summary>
    public int Arrive(long now)
    {
        if (_opening.TryDequeue(out var since))
        {
            // The mean of the last and those before: the first opening of a process is far slower than the next.
            _openingTicks = _openingTicks == 0 ? now - since : (_openingTicks + now - since) / 2;
        }

        return ++_arrived;
    }

    public void Leave() => _count--;

    public void Rest(LeaseTaker taker) => _idle.Push(taker);

    /// <summary>The worker that has rested the shortest: what it needs is most likely still at hand.</summary>
    public LeaseTaker Wake() => _idle.Pop();

    public void WakeAll()
    {
        foreach (var taker in _idle)
        {
            taker.Signal.Release();
        }

        _idle.Clear();
    }
}
