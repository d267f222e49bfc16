namespace BatchOps.Pdf.Bills;

/// <summary>What a printed total is a total of.</summary>
public enum BillTotalKind
{
    /// <summary>What the whole bill comes to, after taxes and discounts and before payments.</summary>
    Total,

    /// <summary>A part of the bill: a page, a section, the sum before taxes.</summary>
    Subtotal,

    /// <summary>What was paid or advanced.</summary>
    Payment,

    /// <summary>What is left to pay.</summary>
    Balance,
}
