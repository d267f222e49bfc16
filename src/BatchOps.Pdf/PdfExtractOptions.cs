namespace BatchOps.Pdf;

/// <summary>What is extracted, and how.</summary>
public sealed record PdfExtractOptions
{
    /// <summary>What is taken from each page.</summary>
    /// <value>Default <see cref="PdfContent.Text"/>.</value>
    public PdfContent Content { get; init; } = PdfContent.Text;

    /// <summary>Whether the text keeps the page's columns by spaces.</summary>
    /// <value>Default false: reading order.</value>
    public bool Layout { get; init; }

    /// <summary>Whether words get their font sizes, as far as they are known. It takes about as long as the words themselves.</summary>
    /// <value>Default true; matters for <see cref="PdfContent.Words"/> only.</value>
    public bool FontSizes { get; init; } = true;

    /// <summary>When Tesseract reads pages.</summary>
    /// <value>Default <see cref="PdfOcr.Auto"/>.</value>
    public PdfOcr Ocr { get; init; } = PdfOcr.Auto;

    /// <summary>Tesseract's names of the languages to read.</summary>
    /// <value>Default <c>eng</c>.</value>
    public IReadOnlyList<string> OcrLanguages { get; init; } = ["eng"];

    /// <summary>Resolution at which pages are drawn for Tesseract, in dots per inch.</summary>
    /// <value>Default 300; 72 to 1200.</value>
    public int OcrDpi { get; init; } = 300;

    /// <summary>How images are written.</summary>
    /// <value>Default <see cref="PdfImageFormat.Jpeg"/>.</value>
    public PdfImageFormat ImageFormat { get; init; } = PdfImageFormat.Jpeg;

    /// <summary>Resolution of images, in dots per inch; lowered for a page that would get more pixels than the limit.</summary>
    /// <value>Default 150; 10 to 1200.</value>
    public int ImageDpi { get; init; } = 150;

    /// <summary>Folder that images go to, as <c>name-0001.jpg</c>; it is made. Null leaves them in memory.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Whether something is wanted that is made of text.</summary>
    internal bool ReadsText => (Content & (PdfContent.Text | PdfContent.Words | PdfContent.Tables)) != PdfContent.None;
}
