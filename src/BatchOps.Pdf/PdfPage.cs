using BatchOps.Pdf.Tables;

namespace BatchOps.Pdf;

/// <summary>What came of one page.</summary>
public sealed record PdfPage
{
    /// <summary>Full path of the file, or the name that its bytes were given.</summary>
    public required string Path { get; init; }

    /// <summary>The page's place in the file, from 1.</summary>
    public required int PageNumber { get; init; }

    /// <summary>How many pages the file has.</summary>
    public required int PageCount { get; init; }

    /// <summary>Width of the page as it is seen, in points (1/72 inch); 0 when unknown.</summary>
    public double Width { get; init; }

    /// <summary>Height of the page as it is seen, in points; 0 when unknown.</summary>
    public double Height { get; init; }

    /// <summary>By how much the file turns the page clockwise: 0, 90, 180 or 270 degrees.</summary>
    public int Rotation { get; init; }

    /// <summary>The page's text, lines ended by a line feed, without the form feed after it; null when not asked for or not to be had.</summary>
    public string? Text { get; init; }

    /// <summary>The words, in reading order; empty when not asked for.</summary>
    public IReadOnlyList<PdfWord> Words { get; init; } = [];

    /// <summary>The tables, from top to bottom; empty when not asked for.</summary>
    public IReadOnlyList<PdfTable> Tables { get; init; } = [];

    /// <summary>The page's image; null when not asked for or not to be had.</summary>
    public PdfImage? Image { get; init; }

    /// <summary>Where text, words and tables come from.</summary>
    public PdfTextSource Source { get; init; }

    /// <summary>How the page came out: the worst of its parts.</summary>
    public PdfPageStatus Status { get; init; }

    /// <summary>What the tools said about it.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    /// <summary>Time that tools worked on it; of work on several pages at once, its share.</summary>
    public TimeSpan Duration { get; init; }
}
