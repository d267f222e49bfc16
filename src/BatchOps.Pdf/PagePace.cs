namespace BatchOps.Pdf;

/// <summary>
/// How many pages of a file one process should take. Starting a process costs as much as a few pages of text; but what a
/// process says of its pages is only known when it ends. So: as many as take a moment. Safe for many threads.
/// </summary>
/// <param name="moment">How long that is.</param>
/// <param name="others">The pace of other files; null when this is that of all.</param>
internal sealed class PagePace(TimeSpan moment, PagePace? others = null)
{
    // By what other files took, a small file is done by one process; a large one may be quite different.
    private const int FirstPages = 4;
    private static readonly TimeSpan FirstMoment = TimeSpan.FromSeconds(1);

    private const int MaxPages = 64;

    // What a process takes to start and to read the file, before its first page.
    private static readonly TimeSpan Start = TimeSpan.FromMilliseconds(30);

    // Less is not worth sharing among processes.
    private const int LeastPages = 16;
    private static readonly TimeSpan LeastShare = 5 * Start;

    private readonly object _lock = new();
    private double _seconds;
    private int _pages;

    /// <summary>How many pages the next process should take.</summary>
    /// <param name="share">How many are its share of those that are left.</param>
    /// <returns>One until something was measured, so that the first page comes at once; a few by what other files took.</returns>
    public int Pages(int share)
    {
        lock (_lock)
        {
            return _pages == 0 ? Math.Min(FirstPages, others?.Pages(share, FirstMoment) ?? 1) : Pages(share, moment);
        }
    }

    /// <summary>Notes how long a page took.</summary>
    /// <param name="share">Its share of the time of the processes that made it together with others, without their waiting.</param>
    /// <param name="pages">How many pages those made.</param>
    /// <param name="alone">What it took alone.</param>
    public void Measured(TimeSpan share, int pages, TimeSpan alone)
    {
        others?.Measured(share, pages, alone);
        var seconds = Math.Max((share - (Start / pages)).TotalSeconds, 0) + alone.TotalSeconds;
        lock (_lock)
        {
            _seconds += seconds;
            _pages++;
        }
    }

    private int Pages(int share, TimeSpan longest)
    {
        lock (_lock)
        {
            return _pages == 0 ? 1 : Math.Clamp(share, Math.Min(LeastPages, PagesIn(LeastShare)), PagesIn(longest));
        }
    }

    // By the mean of all pages so far: a single hard one must not make all after it go alone.
    private int PagesIn(TimeSpan time) => (int)Math.Clamp(time.TotalSeconds * _pages / Math.Max(_seconds, 1e-6), 1, MaxPages);
}
