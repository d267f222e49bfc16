namespace BatchOps.Pdf;

/// <summary>A word and where it stands on the page as it is seen, in points (1/72 inch) from the upper left corner.</summary>
/// <param name="Text">The word.</param>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="Block">Number of the block it belongs to, from 1 on each page.</param>
/// <param name="Line">Number of its line, from 1 on each page.</param>
public sealed record PdfWord(string Text, double Left, double Top, double Right, double Bottom, int Block, int Line)
{
    /// <summary>Size of its font in points; whole numbers mostly; null where no tool tells.</summary>
    public double? FontSize { get; init; }

    /// <summary>How sure Tesseract is of it, 0 to 100; null in a text layer.</summary>
    public double? Confidence { get; init; }

    internal double Width => Right - Left;

    internal double Height => Bottom - Top;

    internal double CenterX => (Left + Right) / 2;

    internal double CenterY => (Top + Bottom) / 2;
}
