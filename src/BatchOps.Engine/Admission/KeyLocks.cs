namespace BatchOps.Engine;

/// <summary>Who works on which serialisation key, and which items wait for it. Guarded by the throttle's lock.</summary>
/// <remarks>
/// A key that is given back is offered to one item of each run that waits for it: a run whose own limits hold its item
/// back must not keep the key from the others.
/// </remarks>
internal sealed class KeyLocks
{
    private readonly Dictionary<object, Entry> _entries = [];

    /// <summary>Keys that are held or waited for.</summary>
    public int Count => _entries.Count;

    public bool IsFree(object key) => !_entries.TryGetValue(key, out var entry) || entry.Holder is null;

    public void Lock(Lease item)
    {
        Get(item.SerializeKey!).Holder = item;
        item.HoldsKey = true;
    }

    /// <summary>Sets an item aside until its key is free.</summary>
    public void Park(Lease item)
    {
        var waiting = Get(item.SerializeKey!).Waiting;
        if (!waiting.TryGetValue(item.Run, out var queue))
        {
            waiting[item.Run] = queue = new PriorityQueue<Lease, long>();
        }

        queue.Enqueue(item, item.Index);
    }

    /// <summary>Gives the key back.</summary>
    public void Release(Lease item)
    {
        item.HoldsKey = false;
        _entries[item.SerializeKey!].Holder = null;
        Offer(item.SerializeKey!);
    }

    /// <summary>Lets an item of each run try for the key, if it is free; also called when one that could have taken it ended without.</summary>
    public void Offer(object key)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.Holder is not null)
        {
            return;
        }

        foreach (var (run, queue) in entry.Waiting)
        {
            if (NextOf(queue) is { } next)
            {
                run.Unpark(next);
            }
            else
            {
                entry.Waiting.Remove(run);
            }
        }

        if (entry.Waiting.Count == 0)
        {
            _entries.Remove(key);
        }
    }

    private static Lease? NextOf(PriorityQueue<Lease, long> queue)
    {
        while (queue.TryDequeue(out var next, out _))
        {
            if (next.State == ItemState.Parked)
            {
                return next;
            }
        }

        return null;
    }

    private Entry Get(object key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            _entries[key] = entry = new Entry();
        }

        return entry;
    }

    private sealed class Entry
    {
        public Lease? Holder { get; set; }

        public Dictionary<BatchRun, PriorityQueue<Lease, long>> Waiting { get; } = [];
    }
}
