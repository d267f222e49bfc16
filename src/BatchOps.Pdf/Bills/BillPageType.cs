namespace BatchOps.Pdf.Bills;

/// <summary>What a page of a bill is.</summary>
public enum BillPageType
{
    /// <summary>Lists what is charged.</summary>
    BillDetail,

    /// <summary>Sums up the bill; what it lists stands in detail on other pages, if there are any.</summary>
    FinalBill,

    /// <summary>Lists medicines.</summary>
    Pharmacy,

    /// <summary>None of these: a cover, terms, a report.</summary>
    Other,
}
