namespace BatchOps.Pdf.Bills;

/// <summary>One bill of a file, added up.</summary>
public sealed record Bill
{
    /// <summary>Its number as it is printed; null when there is none.</summary>
    public required string? Number { get; init; }

    /// <summary>Its pages in order, from 1; those that could not be read among them.</summary>
    public required IReadOnlyList<int> Pages { get; init; }

    /// <summary>The items that count, in order.</summary>
    public required IReadOnlyList<BillItem> Items { get; init; }

    /// <summary>The currency; null when none is printed.</summary>
    public string? Currency { get; init; }

    /// <summary>The sum of the items.</summary>
    public decimal ItemsTotal { get; init; }

    /// <summary>What taxes add to the items; 0 when the items' amounts hold them.</summary>
    public decimal Tax { get; init; }

    /// <summary>What discounts take off the items; 0 when the items' amounts are after them.</summary>
    public decimal Discount { get; init; }

    /// <summary>What a printed rounding adds, negative when it lowers the total.</summary>
    public decimal Rounding { get; init; }

    /// <summary>Items, plus taxes, minus discounts, plus rounding.</summary>
    public decimal ReconciledTotal => ItemsTotal + Tax - Discount + Rounding;

    /// <summary>The total that is printed; null when there is none.</summary>
    public decimal? PrintedTotal { get; init; }

    /// <summary><see cref="ReconciledTotal"/> minus <see cref="PrintedTotal"/>; null when there is no printed total.</summary>
    public decimal? Difference => ReconciledTotal - PrintedTotal;

    /// <summary>Whether both totals are the same; null when there is no printed total.</summary>
    public bool? Reconciled => Difference is { } difference ? difference == 0 : null;

    /// <summary>Whether it only sums up the other bills of the file. Its items then are theirs, and do not count.</summary>
    public bool IsSummary { get; init; }

    /// <summary>Whether all that was read of it sums up.</summary>
    internal bool IsOnlySummary { get; init; }

    /// <summary>How the result came about and what does not fit, in words.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }
}
