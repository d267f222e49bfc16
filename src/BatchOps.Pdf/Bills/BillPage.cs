namespace BatchOps.Pdf.Bills;

/// <summary>What a model read on one page.</summary>
public sealed record BillPage
{
    /// <summary>The page's place in the file, from 1.</summary>
    public required int PageNumber { get; init; }

    /// <summary>What the page is.</summary>
    public BillPageType PageType { get; init; } = BillPageType.Other;

    /// <summary>The bill's number as it is printed; null when the page has none.</summary>
    public string? BillNumber { get; init; }

    /// <summary>The currency as it is printed or its ISO 4217 code; null when the page has none.</summary>
    public string? Currency { get; init; }

    /// <summary>All rows from top to bottom, sums among them.</summary>
    public IReadOnlyList<BillItem> Rows { get; init; } = [];

    /// <summary>The totals that are printed on the page.</summary>
    public IReadOnlyList<BillTotal> PrintedTotals { get; init; } = [];

    /// <summary>What the page has cost, its failed attempts included.</summary>
    public BillTokenUsage Usage { get; init; } = BillTokenUsage.None;

    /// <summary>Why the page could not be read; null when it was.</summary>
    public string? Error { get; init; }

    /// <summary>The rows that are charged.</summary>
    public IEnumerable<BillItem> Items => Rows.Where(static row => row.Kind == BillRowKind.Item);

    /// <summary>A page that could not be read.</summary>
    /// <param name="pageNumber">Its place in the file, from 1.</param>
    /// <param name="error">Why not.</param>
    /// <param name="usage">What its attempts have cost.</param>
    public static BillPage Failed(int pageNumber, string error, BillTokenUsage usage) => new() { PageNumber = pageNumber, Error = error, Usage = usage };

    internal BillPage Read(BillNumberFormat format) => this with
    {
        Rows = Rows.Select(row => row.Read(format)).ToArray(),
        PrintedTotals = PrintedTotals.Select(total => total.Read(format)).ToArray(),
    };
}
