namespace BatchOps.Engine;

/// <summary>Who works on which serialisation key, and which items wait for it. Guarded by the throttle's lock.</summary>
internal sealed class KeyLocks
{
    private readonly Dictionary<object, Entry> _entries = [];

    public bool IsFree(object key) => !_entries.TryGetValue(key, out var entry) || entry.Holder is null;

    public void Lock(Lease item)
    {
        var entry = Get(item.SerializeKey!);
        entry.Holder = item;
        item.HoldsKey = true;
    }

    /// <summary>Sets an item aside until its key is free.</summary>
    public void Park(Lease item) => Get(item.SerializeKey!).Waiting.Enqueue(item);

    /// <summary>Gives the key back and returns the item that may now try for it.</summary>
    public Lease? Release(Lease item)
    {
        item.HoldsKey = false;
        _entries[item.SerializeKey!].Holder = null;
        return Next(item.SerializeKey!);
    }

    /// <summary>The next item that may try for a free key; also called when one that could have taken it ended without.</summary>
    public Lease? Next(object key)
    {
        if (!_entries.TryGetValue(key, out var entry) || entry.Holder is not null)
        {
            return null;
        }

        while (entry.Waiting.TryDequeue(out var next))
        {
            if (next.State == ItemState.Parked)
            {
                return next;
            }
        }

        _entries.Remove(key);
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

        public Queue<Lease> Waiting { get; } = new();
    }
}
