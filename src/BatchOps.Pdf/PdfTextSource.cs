namespace BatchOps.Pdf;

/// <summary>Where a page's text comes from.</summary>
public enum PdfTextSource
{
    /// <summary>The file's own text.</summary>
    TextLayer,

    /// <summary>Read from the page's image.</summary>
    Ocr,
}
