namespace BatchOps.Pdf.Bills;

/// <summary>What a row of a bill is.</summary>
public enum BillRowKind
{
    /// <summary>Something that is charged or, with a negative amount, credited. Only these are summed.</summary>
    Item,

    /// <summary>The sum of rows above it, a page's total among them.</summary>
    Subtotal,

    /// <summary>A tax or a fee on all of the bill.</summary>
    Tax,

    /// <summary>What is taken off all of the bill; it lowers the total whether it is printed with a minus or without.</summary>
    Discount,

    /// <summary>The sum of the pages before, or what is carried to the next.</summary>
    CarriedForward,

    /// <summary>What the whole bill comes to, after taxes and discounts and before payments.</summary>
    Total,
}
