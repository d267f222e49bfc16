namespace BatchOps.Pdf.Bills;

/// <summary>A total that is printed on a page.</summary>
public sealed record BillTotal
{
    /// <summary>The page that it stands on, from 1.</summary>
    public required int PageNumber { get; init; }

    /// <summary>What it is called there.</summary>
    public required string Label { get; init; }

    /// <summary>What it is a total of.</summary>
    public required BillTotalKind Kind { get; init; }

    /// <summary>The amount; null when it can't be read.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The amount as it is printed.</summary>
    public required string AmountAsPrinted { get; init; }

    internal BillTotal Read(BillNumberFormat format) => this with { Amount = format.Read(AmountAsPrinted) };
}
