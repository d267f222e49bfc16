namespace BatchOps.Pdf;

/// <summary>
/// How many pages of a file one process should take. Starting a process costs as much as a few pages of text; but what a
/// process says of its pages is only known when it ends. So: as many as take a moment. Safe for many threads.
/// </summary>
internal sealed class PagePace
{
    private const int MaxPages = 64;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    // A few times what the start of a process takes: less is not worth sharing among processes.
    private static readonly TimeSpan LeastShare = TimeSpan.FromMilliseconds(80);

    private readonly object _lock = new();
    private double? _secondsPerPage;

    /// <summary>How many pages the next process should take.</summary>
    /// <param name="share">How many are its share of those that are left.</param>
    /// <returns>One until something was measured, so that the first page comes at once.</returns>
    public int Pages(int share)
    {
        lock (_lock)
        {
            return _secondsPerPage is { } seconds ? Math.Clamp(share, PagesIn(LeastShare, seconds), PagesIn(Moment, seconds)) : 1;
        }
    }

    public void Measured(int pages, TimeSpan duration)
    {
        var seconds = duration.TotalSeconds / pages;
        lock (_lock)
        {
            _secondsPerPage = _secondsPerPage is { } before ? (before + seconds) / 2 : seconds;
        }
    }

    private static int PagesIn(TimeSpan time, double secondsPerPage) => (int)Math.Clamp(time.TotalSeconds / Math.Max(secondsPerPage, 1e-6), 1, MaxPages);
}
