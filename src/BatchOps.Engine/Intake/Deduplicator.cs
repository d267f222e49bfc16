namespace BatchOps.Engine;

/// <summary>Lets one of several items with equal keys run, and gives the others its outcome. Under the throttle's lock.</summary>
/// <remarks>A key and its outcome are kept until the run ends: equal keys run once per run.</remarks>
internal sealed class Deduplicator<TInput, TOutput>
{
    private readonly Dictionary<object, Entry> _entries = [];

    /// <summary>True when the item runs; false when it follows another one, whose outcome is given when it is there already.</summary>
    public bool Leads(Lease<TInput, TOutput> lease, out ItemResult<TInput, TOutput>? known)
    {
        known = null;
        if (lease.Key is null)
        {
            return true;
        }

        if (_entries.TryAdd(lease.Key, new Entry(lease)))
        {
            return true;
        }

        var entry = _entries[lease.Key];
        known = entry.Result;
        if (known is null)
        {
            lease.State = ItemState.Following;
            entry.Followers.Add(lease);
        }

        return false;
    }

    /// <summary>The items that followed the one that ended.</summary>
    public IReadOnlyList<Lease<TInput, TOutput>> Ended(Lease<TInput, TOutput> lease, ItemResult<TInput, TOutput> result)
    {
        if (lease.Key is null || !_entries.TryGetValue(lease.Key, out var entry) || !ReferenceEquals(entry.Leader, lease))
        {
            return [];
        }

        entry.Result = result;
        var followers = entry.Followers;
        entry.Followers = [];
        return followers;
    }

    private sealed class Entry(Lease<TInput, TOutput> leader)
    {
        public Lease<TInput, TOutput> Leader { get; } = leader;

        public List<Lease<TInput, TOutput>> Followers { get; set; } = [];

        public ItemResult<TInput, TOutput>? Result { get; set; }
    }
}
