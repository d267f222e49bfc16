namespace BatchOps.Pdf.Tables;

/// <summary>How a table was found.</summary>
public enum PdfTableKind
{
    /// <summary>By its ruling lines.</summary>
    Ruled,

    /// <summary>By the alignment of its words.</summary>
    Unruled,
}
