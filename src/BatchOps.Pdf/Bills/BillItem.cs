namespace BatchOps.Pdf.Bills;

/// <summary>A row of a bill, as it is printed and as numbers.</summary>
public sealed record BillItem
{
    /// <summary>The page that it stands on, from 1.</summary>
    public required int PageNumber { get; init; }

    /// <summary>What the row is.</summary>
    public required BillRowKind Kind { get; init; }

    /// <summary>What is charged, or what the sum is called.</summary>
    public required string Name { get; init; }

    /// <summary>How many; null when it is not printed or can't be read.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>The price of one; null when it is not printed or can't be read.</summary>
    public decimal? Rate { get; init; }

    /// <summary>The price of all; null when it is not printed or can't be read.</summary>
    public decimal? Amount { get; init; }

    /// <summary>The quantity as it is printed; null when there is none.</summary>
    public string? QuantityAsPrinted { get; init; }

    /// <summary>The rate as it is printed; null when there is none.</summary>
    public string? RateAsPrinted { get; init; }

    /// <summary>The amount as it is printed; null when there is none.</summary>
    public string? AmountAsPrinted { get; init; }

    internal BillItem Read(BillNumberFormat format) => this with
    {
        Quantity = format.Read(QuantityAsPrinted),
        Rate = format.Read(RateAsPrinted),
        Amount = format.Read(AmountAsPrinted),
    };
}
