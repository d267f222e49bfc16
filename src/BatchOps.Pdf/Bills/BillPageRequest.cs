using System.Globalization;
using BatchOps.Pdf.Images;
using BatchOps.Pdf.Text;

namespace BatchOps.Pdf.Bills;

/// <summary>A page that a model is to read, over all its attempts.</summary>
public sealed class BillPageRequest
{
    private const int CharactersPerToken = 4;
    private const int SmallImageTokens = 85;
    private const int TileTokens = 170;
    private const int LargeImageTokens = SmallImageTokens + (6 * TileTokens);
    private const int AnswerTokens = 1000;

    private readonly object _sync = new();

    /// <summary>Takes what is known of a page.</summary>
    /// <param name="pageNumber">The page's place in the file, from 1.</param>
    /// <param name="jpeg">The page's image as a JPEG; empty for none.</param>
    /// <param name="text">The page's text; null for none.</param>
    /// <exception cref="ArgumentException">There is neither image nor text.</exception>
    public BillPageRequest(int pageNumber, ReadOnlyMemory<byte> jpeg, string? text)
    {
        if (jpeg.IsEmpty && string.IsNullOrWhiteSpace(text))
        {
            throw new ArgumentException($"Page {pageNumber} has neither an image nor text to read.", nameof(text));
        }

        PageNumber = pageNumber;
        Jpeg = jpeg;
        Text = string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>The page's place in the file, from 1.</summary>
    public int PageNumber { get; }

    /// <summary>The page's image; empty for none.</summary>
    public ReadOnlyMemory<byte> Jpeg { get; }

    /// <summary>The page's text, a hint beside an image; null for none.</summary>
    public string? Text { get; }

    /// <summary>Calls that were sent so far.</summary>
    public int Calls { get; private set; }

    /// <summary>What all calls so far have cost, failed ones included. An answer that broke on its way has not told its cost.</summary>
    public BillTokenUsage Usage { get; private set; } = BillTokenUsage.None;

    /// <summary>Whether a page's own text is good enough to be read without its image: not garbled, not read from an image, and with the numbers of a bill.</summary>
    /// <param name="page">A page of which the text was asked for.</param>
    public static bool IsTextEnough(PdfPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page is { Source: PdfTextSource.TextLayer, Status: PdfPageStatus.Ok, Text: { } text } && text.Any(char.IsDigit) && !GarbledText.IsGarbled(text);
    }

    /// <summary>How many tokens a call will about take, answer included.</summary>
    /// <param name="detail">How closely the model looks at the image.</param>
    public int EstimateTokens(BillImageDetail detail)
    {
        var words = BillPrompt.Rules.Length + BillSchema.For(BillSchemaDialect.OpenAI).ToMemory().Length + (Text?.Length ?? 0);
        var image = Jpeg.IsEmpty ? 0 : detail == BillImageDetail.Low ? SmallImageTokens : ImageTokens();

        // An answer says every cell of the page again, with the names of its fields.
        return (words / CharactersPerToken) + image + Math.Max(AnswerTokens, (Text?.Length ?? 0) * 2 / CharactersPerToken);
    }

    internal void CountCall()
    {
        lock (_sync)
        {
            Calls++;
        }
    }

    internal void CountUsage(BillTokenUsage usage)
    {
        lock (_sync)
        {
            Usage = Usage.Add(usage);
        }
    }

    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"page {PageNumber}");

    /// <summary>Services scale the short side down to 768 pixels and charge each tile of 512 x 512.</summary>
    private int ImageTokens()
    {
        if (ImageFile.Read(Jpeg.Span, PdfImageFormat.Jpeg) is not var (width, height, _) || width == 0 || height == 0)
        {
            return LargeImageTokens;
        }

        var scale = Math.Min(1, 768.0 / Math.Min(width, height));
        return SmallImageTokens + (TileTokens * Tiles(width * scale) * Tiles(height * scale));

        static int Tiles(double pixels) => (int)Math.Ceiling(Math.Min(pixels, 2048) / 512);
    }
}
