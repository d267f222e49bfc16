namespace BatchOps.Pdf.Bills;

/// <summary>The pages of one bill among those of a file.</summary>
/// <param name="Number">The bill's number; null when there is none.</param>
/// <param name="Pages">Its pages in order.</param>
internal sealed record BillPages(string? Number, IReadOnlyList<BillPage> Pages)
{
    /// <summary>Parts a file by the bills' numbers. A page without one, and one that failed, belongs to the page before it.</summary>
    public static IEnumerable<BillPages> ByNumber(IReadOnlyList<BillPage> pages)
    {
        var current = pages.Select(static page => Key(page.BillNumber)).FirstOrDefault(static key => key is not null);
        return pages.Select(page => (Page: page, Key: current = Key(page.BillNumber) ?? current))
            .GroupBy(static page => page.Key, StringComparer.Ordinal)
            .Select(static bill => new BillPages(
                bill.Select(static page => page.Page.BillNumber).FirstOrDefault(static number => Key(number) is not null)?.Trim(),
                bill.Select(static page => page.Page).ToArray()));
    }

    /// <summary>Parts a file after each page that holds the total of a bill.</summary>
    public static IEnumerable<BillPages> AfterTotals(IReadOnlyList<BillPage> pages)
    {
        var part = new List<BillPage>();
        foreach (var page in pages)
        {
            part.Add(page);
            if (page.Rows.Any(static row => row.Kind == BillRowKind.Total) || page.PrintedTotals.Any(static total => total.Kind == BillTotalKind.Total))
            {
                yield return new BillPages(null, part.ToArray());
                part.Clear();
            }
        }

        if (part.Count > 0)
        {
            yield return new BillPages(null, part.ToArray());
        }
    }

    // "INV 0042" and "inv-0042" are the same number on different pages.
    private static string? Key(string? number)
    {
        var key = string.Concat((number ?? "").Where(char.IsLetterOrDigit)).ToUpperInvariant();
        return key.Length == 0 ? null : key;
    }
}
