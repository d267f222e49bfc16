namespace BatchOps.Pdf;

/// <summary>Hands the pages that are asked for to workers, as runs of successive ones. Safe for many threads.</summary>
internal sealed class PageQueue(PdfFile file, IReadOnlyList<int> pages, PagePace pace)
{
    private readonly object _lock = new();
    private readonly List<int> _pages = pages.Distinct().ToList();
    private int _next;

    public int Count => _pages.Count;

    public (int First, int Count)? Take()
    {
        lock (_lock)
        {
            if (_next == _pages.Count)
            {
                return null;
            }

            var first = _pages[_next];
            var count = 1;

            // Even shares of what is left get ever smaller: all processes are to end together.
            var max = MaySharePages(first) ? pace.Pages((_pages.Count - _next) / file.Tools.MaxProcesses) : 1;
            while (count < max && _next + count < _pages.Count && _pages[_next + count] == first + count && MaySharePages(first + count))
            {
                count++;
            }

            _next += count;
            return (first, count);
        }
    }

    // A page that could not be measured may be missing from the output of the tools, which would shift those after it.
    private bool MaySharePages(int page) => file.Info(page).IsKnown;
}
