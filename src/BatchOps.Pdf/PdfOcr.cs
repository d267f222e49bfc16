namespace BatchOps.Pdf;

/// <summary>When pages are read by Tesseract.</summary>
public enum PdfOcr
{
    /// <summary>Pages that show something but have no text, or text that is garbled.</summary>
    Auto,

    /// <summary>All pages.</summary>
    Always,

    /// <summary>No page.</summary>
    Never,
}
