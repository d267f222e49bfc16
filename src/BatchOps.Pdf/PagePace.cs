namespace BatchOps.Pdf;

/// <summary>
/// How many pages of a file one process should take. Starting a process costs as much as a few pages of text; but what a
/// process says of its pages is only known when it ends. So: as many as take a moment. Safe for many threads.
/// </summary>
internal sealed class PagePace
{
    private const int MaxPages = 64;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly object _lock = new();
    private double? _secondsPerPage;

    /// <summary>One until something was measured, so that the first page comes at once.</summary>
    public int Pages
    {
        get
        {
            lock (_lock)
            {
                return _secondsPerPage is { } seconds ? (int)Math.Clamp(Moment.TotalSeconds / Math.Max(seconds, 1e-6), 1, MaxPages) : 1;
            }
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
}
