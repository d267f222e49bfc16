namespace BatchOps.Slides.Google.Presentations;

/// <summary>Lets one deck at a time write to a presentation, across all runs of the process.</summary>
internal static class PresentationLocks
{
    private static readonly Dictionary<string, Entry> Entries = new(StringComparer.Ordinal);

    /// <summary>Whether a presentation is locked or waited for.</summary>
    public static bool Knows(string presentationId)
    {
        lock (Entries)
        {
            return Entries.ContainsKey(presentationId);
        }
    }

    /// <summary>Waits for a presentation; disposing the outcome lets the next one in.</summary>
    public static async Task<IDisposable> AcquireAsync(string presentationId, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (Entries)
        {
            if (!Entries.TryGetValue(presentationId, out entry))
            {
                Entries.Add(presentationId, entry = new Entry(presentationId));
            }

            entry.Users++;
        }

        try
        {
            await entry.Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Held(entry);
        }
        catch
        {
            Leave(entry);
            throw;
        }
    }

    // The last one to leave takes the lock with it.
    private static void Leave(Entry entry)
    {
        lock (Entries)
        {
            if (--entry.Users == 0)
            {
                Entries.Remove(entry.Id);
                entry.Turn.Dispose();
            }
        }
    }

    private sealed class Entry(string id)
    {
        public string Id { get; } = id;

        public SemaphoreSlim Turn { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Held(Entry entry) : IDisposable
    {
        private Entry? _entry = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } held)
            {
                held.Turn.Release();
                Leave(held);
            }
        }
    }
}
