namespace BatchOps.Pdf.Bills;

/// <summary>What a file of one or more bills comes to.</summary>
public sealed record BillDocument
{
    /// <summary>Full path of the file, or the name that its bytes were given.</summary>
    public required string Path { get; init; }

    /// <summary>All pages in order, with numbers read by the format of the whole bill.</summary>
    public required IReadOnlyList<BillPage> Pages { get; init; }

    /// <summary>The bills, in the order of their first pages.</summary>
    public required IReadOnlyList<Bill> Bills { get; init; }

    /// <summary>The items that count, in order; identical rows all stay.</summary>
    public required IReadOnlyList<BillItem> Items { get; init; }

    /// <summary>What the bills come to by their rows; null when they are in different currencies.</summary>
    public decimal? ReconciledTotal { get; init; }

    /// <summary>What the bills come to by their printed totals; null when one has none, or when they are in different currencies.</summary>
    public decimal? PrintedTotal { get; init; }

    /// <summary><see cref="ReconciledTotal"/> minus <see cref="PrintedTotal"/>; null when one of them is.</summary>
    public decimal? Difference => ReconciledTotal - PrintedTotal;

    /// <summary>True when every bill's rows come to its printed total, false when one bill's do not, null when none is wrong but a bill has no printed total or a page failed.</summary>
    public bool? Reconciled { get; init; }

    /// <summary>How the result came about and what does not fit, in words.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What all pages have cost, failed attempts included.</summary>
    public required BillTokenUsage Usage { get; init; }

    /// <summary>Pages that could not be read, from 1.</summary>
    public required IReadOnlyList<int> PagesFailed { get; init; }
}
