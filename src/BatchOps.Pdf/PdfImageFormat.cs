namespace BatchOps.Pdf;

/// <summary>How page images are written.</summary>
public enum PdfImageFormat
{
    /// <summary>JPEG: fast and small.</summary>
    Jpeg,

    /// <summary>PNG: exact; takes about ten times as long.</summary>
    Png,
}
