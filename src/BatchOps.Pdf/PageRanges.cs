using System.Globalization;

namespace BatchOps.Pdf;

/// <summary>Reads page ranges as people write them.</summary>
public static class PageRanges
{
    /// <summary>
    /// Reads ranges like <c>1-3,7,-1</c>: single pages, from-to, <c>5-</c> for the fifth and all after it,
    /// <c>-1</c> for the last page, <c>-3--1</c> for the last three.
    /// </summary>
    /// <param name="ranges">The ranges; null or blank means all pages.</param>
    /// <param name="pageCount">How many pages the file has.</param>
    /// <returns>Page numbers from 1 in the order given, each once.</returns>
    /// <exception cref="PdfException"><see cref="PdfFault.PageRange"/>: it can't be read, or names a page that the file does not have.</exception>
    public static IReadOnlyList<int> Parse(string? ranges, int pageCount)
    {
        if (string.IsNullOrWhiteSpace(ranges))
        {
            return Enumerable.Range(1, pageCount).ToList();
        }

        var pages = new List<int>();
        var seen = new HashSet<int>();
        foreach (var part in ranges.Split(',', StringSplitOptions.TrimEntries))
        {
            var (first, last) = ParseRange(part, ranges, pageCount);
            if (first > last)
            {
                throw new PdfException(PdfFault.PageRange, $"Page range '{part}' runs backwards, from {first} to {last}; write '{last}-{first}'.");
            }

            pages.AddRange(Enumerable.Range(first, last - first + 1).Where(seen.Add));
        }

        return pages;
    }

    /// <summary>Refuses a page that the file does not have.</summary>
    /// <exception cref="PdfException">A page is not in the file.</exception>
    internal static void Check(int page, int pageCount)
    {
        if (page < 1 || page > pageCount)
        {
            throw Beyond(page.ToString(CultureInfo.InvariantCulture), pageCount);
        }
    }

    private static (int First, int Last) ParseRange(string part, string ranges, int pageCount)
    {
        // A leading dash counts from the end; the dash of a range comes after a digit.
        var dash = part.Length > 1 ? part.IndexOf('-', 1) : -1;
        var first = ParsePage(dash < 0 ? part : part[..dash].TrimEnd(), part, ranges, pageCount);
        var last = dash < 0 ? first
            : dash == part.Length - 1 ? pageCount
            : ParsePage(part[(dash + 1)..].TrimStart(), part, ranges, pageCount);
        return (first, last);
    }

    private static int ParsePage(string text, string part, string ranges, int pageCount)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || text.StartsWith('+') || number == 0)
        {
            throw new PdfException(PdfFault.PageRange, $"'{part}' in '{ranges}' is no page range; write pages from 1 like '1-3,7,-1', where -1 is the last page.");
        }

        var page = number < 0 ? pageCount + 1 + number : number;
        return page >= 1 && page <= pageCount ? page : throw Beyond(text, pageCount);
    }

    private static PdfException Beyond(string page, int pageCount) => new(
        PdfFault.PageRange,
        $"Page {page} does not exist: the file has {pageCount} {(pageCount == 1 ? "page" : "pages")}; ask for 1{(pageCount == 1 ? string.Empty : $"-{pageCount}")}.");
}
