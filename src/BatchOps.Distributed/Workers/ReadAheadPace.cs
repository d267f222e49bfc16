namespace BatchOps.Distributed;

/// <summary>
/// How many items a worker takes ahead of a free place, by how long items keep their places. A place is idle while a result
/// goes to the broker and the next item comes, which is much for a short item and nothing for a long one; but what is taken
/// ahead waits where others might have begun it. So: as many as find a place within <see cref="Wait"/>. Safe for many threads.
/// </summary>
/// <param name="places">Items at work at once.</param>
internal sealed class ReadAheadPace(int places)
{
    /// <summary>How long an item that was taken ahead is meant to wait.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it waits at most; items have become longer than those before them, and it is given back.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    // Ends in the same moment, and the broker's way of working, make more worth while than one for each place.
    private const int LeastForShortest = 32;

    // What the mean goes by: the last few items of each place.
    private const int Rounds = 2;

    private readonly object _lock = new();
    private double _seconds;
    private int _known;

    /// <summary>How many to take ahead; none until something is known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _known == 0 ? 0 : (int)Math.Min(places * Wait.TotalSeconds / Math.Max(_seconds, 1e-6), Math.Max(places, LeastForShortest));
            }
        }
    }

    /// <summary>Notes how long an item has kept its place.</summary>
    public void Note(TimeSpan kept)
    {
        lock (_lock)
        {
            _known = Math.Min(_known + 1, Rounds * places);
            _seconds += (kept.TotalSeconds - _seconds) / _known;
        }
    }

    /// <summary>Notes that an item which was taken ahead found no place in time.</summary>
    public void NoteNoPlace()
    {
        lock (_lock)
        {
            // Those at work now last longer than any that has ended lately; how long, only they will tell.
            _known = Rounds * places;
            _seconds = Math.Max(_seconds, LongestWait.TotalSeconds);
        }
    }
}
