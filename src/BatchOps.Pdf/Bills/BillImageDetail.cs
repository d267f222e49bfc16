namespace BatchOps.Pdf.Bills;

/// <summary>How closely a model looks at a page's image.</summary>
public enum BillImageDetail
{
    /// <summary>As the service sees fit.</summary>
    Auto,

    /// <summary>Cheap; small print is lost.</summary>
    Low,

    /// <summary>The whole image.</summary>
    High,
}
