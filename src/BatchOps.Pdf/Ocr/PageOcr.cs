using System.Globalization;
using BatchOps.Pdf.Images;
using BatchOps.Pdf.Text;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Ocr;

/// <summary>Reads pages that are images by Tesseract.</summary>
internal sealed class PageOcr(PdfFile file, PdfExtractOptions options)
{
    private const int GlanceDpi = 36;
    private const int FewLetters = 60;
    private const int MinConfidence = 50;
    private const string ImageName = "page.tif";

    // At that resolution a letter of 12 points darkens about ten pixels; large titles more.
    private const int MaxDarkPixelsPerLetter = 60;

    private readonly PageImages _images = new(file, options);

    /// <summary>Reads the page if the options say so; else, or when nothing comes of it, the page keeps its text layer.</summary>
    public async Task ReadAsync(PageBuilder page, CancellationToken cancellationToken)
    {
        if (options.Ocr == PdfOcr.Never || (options.Ocr == PdfOcr.Auto && !WantsOcr(page)))
        {
            return;
        }

        if (file.Tools.Tesseract is not { } tesseract)
        {
            var problem = file.Tools.Problems.First(problem => problem.Component == "Tesseract");
            page.Report(PdfPageStatus.Degraded, [$"This page wants to be read by OCR. {PdfTools.Missing(problem).Message}"]);
            return;
        }

        if (page.Take(await _images.RasterAsync(page.Number, options.OcrDpi, cancellationToken).ConfigureAwait(false)) is not { } image)
        {
            return;
        }

        // As a file, and in that format: bytes from its standard input, or of a PGM file, cost Tesseract a quarter of its time.
        using var folder = file.Tools.NewFolder();
        await TiffFile.WriteAsync(folder.File(ImageName), image, cancellationToken).ConfigureAwait(false);

        // Tesseract takes as much as the resolution says; a capped image has less than was asked for.
        var scale = page.Info.IsKnown ? page.Info.Width / image.Width : 72.0 / options.OcrDpi;
        var dpi = Math.Clamp((int)Math.Round(72 / scale), 70, 2400);
        var command = new ToolCommand(
            tesseract,
            [ImageName, "stdout", "-l", string.Join('+', options.OcrLanguages), "--dpi", dpi.ToString(CultureInfo.InvariantCulture), "tsv"],
            file.Tools.Limits.OcrTimeout,
            file.Tools.Limits.TextBytes) { Folder = folder };
        var read = await PageRun.RunPageAsync(file, command, output => OcrWords.Parse(output.Span, scale), cancellationToken).ConfigureAwait(false);

        // Tesseract chats about what it guesses; only its failures count.
        if (page.Take(read.Status == PdfPageStatus.Degraded ? read with { Status = PdfPageStatus.Ok, Messages = [] } : read) is { } words
            && IsBetter(words, page))
        {
            page.Words = words.Words;
            page.Text = options.Layout ? OcrText.Layout(words) : OcrText.Reading(words);
            page.Source = PdfTextSource.Ocr;
        }
    }

    // What Tesseract makes of a photograph must not replace the few words that are certain.
    private bool IsBetter(OcrWords read, PageBuilder page)
    {
        var text = TextOf(page);
        return options.Ocr == PdfOcr.Always || !text.Any(char.IsLetterOrDigit) || GarbledText.IsGarbled(text)
            || read.Words.Where(word => word.Confidence >= MinConfidence).Sum(word => word.Text.Count(char.IsLetterOrDigit)) > 2 * text.Count(char.IsLetterOrDigit);
    }

    /// <summary>
    /// Draws those pages small whose text leaves open whether they want OCR: blank pages are common, and OCR is slow;
    /// a scan may carry a stamp or a page number as its only text.
    /// </summary>
    public async Task GlanceAsync(PageBuilder[] pages, CancellationToken cancellationToken)
    {
        if (options.Ocr != PdfOcr.Auto || file.Tools.Find("pdftoppm") is null)
        {
            return;
        }

        var open = pages.Where(IsOpen).ToArray();
        var glances = await _images.RastersAsync(open.Select(page => page.Number).ToArray(), GlanceDpi, cancellationToken).ConfigureAwait(false);
        foreach (var (page, glance) in open.Zip(glances))
        {
            page.Glance = page.Take(glance);
        }
    }

    private static bool IsOpen(PageBuilder page) => !page.HasFailed && Letters(page) < FewLetters && !GarbledText.IsGarbled(TextOf(page));

    private static int Letters(PageBuilder page) => TextOf(page).Count(char.IsLetterOrDigit);

    private static string TextOf(PageBuilder page) => page.Text ?? string.Join(' ', page.Words.Select(word => word.Text));

    // A page whose text layer could not be read is not without text.
    private static bool WantsOcr(PageBuilder page) => !page.HasFailed && (page.Glance is { } glance
        ? Letters(page) is > 0 and var letters ? glance.DarkPixels > letters * MaxDarkPixelsPerLetter : !glance.IsBlank
        : GarbledText.IsGarbled(TextOf(page)));
}
