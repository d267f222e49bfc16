using BatchOps.Pdf.Tables;

namespace BatchOps.Pdf;

/// <summary>The pages of a file put together.</summary>
public sealed record PdfDocument
{
    /// <summary>Full path of the file, or the name that its bytes were given.</summary>
    public required string Path { get; init; }

    /// <summary>How many pages the file has, whether or not they were asked for.</summary>
    public required int PageCount { get; init; }

    /// <summary>The pages that were extracted, in page order.</summary>
    public required IReadOnlyList<PdfPage> Pages { get; init; }

    /// <summary>The tables of all pages, in page order; those that go on across pages are one when that was asked for.</summary>
    public required IReadOnlyList<PdfTable> Tables { get; init; }

    /// <summary>The text of all pages in page order, each ended by a form feed, as pdftotext writes it.</summary>
    public string Text => string.Concat(Pages.Where(page => page.Text is not null).Select(page => page.Text + "\f"));

    /// <summary>The worst status of a page.</summary>
    public PdfPageStatus Status => Pages.Select(page => page.Status).DefaultIfEmpty().Max();

    /// <summary>How many pages came out how.</summary>
    public IReadOnlyDictionary<PdfPageStatus, int> StatusCounts => Pages.GroupBy(page => page.Status).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Time that tools worked on all pages.</summary>
    public TimeSpan Duration => Pages.Aggregate(TimeSpan.Zero, (sum, page) => sum + page.Duration);

    /// <summary>Puts pages of one file together.</summary>
    /// <param name="pages">The pages, in any order; at least one.</param>
    /// <param name="joinTables">Whether tables that go on across pages become one.</param>
    /// <exception cref="ArgumentException">There is no page, or pages are of several files.</exception>
    public static PdfDocument From(IEnumerable<PdfPage> pages, bool joinTables = false)
    {
        ArgumentNullException.ThrowIfNull(pages);
        var sorted = pages.OrderBy(page => page.PageNumber).ToList();
        if (sorted.Count == 0)
        {
            throw new ArgumentException("There is no page to put together.", nameof(pages));
        }

        if (sorted.Find(page => page.Path != sorted[0].Path) is { } other)
        {
            throw new ArgumentException($"Pages of '{sorted[0].Path}' and '{other.Path}' make no document; put each file's pages together.", nameof(pages));
        }

        return new PdfDocument
        {
            Path = sorted[0].Path,
            PageCount = sorted[0].PageCount,
            Pages = sorted,
            Tables = joinTables ? TableJoiner.Join(sorted) : sorted.SelectMany(page => page.Tables).ToList(),
        };
    }
}
