using System.Globalization;
using System.Text;
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

    // At that resolution a letter of 12 points darkens about ten pixels; large titles more.
    private const int MaxDarkPixelsPerLetter = 60;

    private readonly PageImages _images = new(file, options);

    /// <summary>Splits pages into runs to be read together, and pages not to be read: Tesseract takes as long to start as for a tenth of a page.</summary>
    public IEnumerable<(PageBuilder[] Pages, bool IsWanted)> Runs(PageBuilder[] pages)
    {
        var wanted = Array.ConvertAll(pages, page => IsWanted(page));
        var numbers = Array.ConvertAll(pages, page => page.Number);
        for (var start = 0; start < pages.Length;)
        {
            var max = wanted[start] ? _images.RunLength(numbers, start, options.OcrDpi) : 1;
            var count = 1;
            while (count < max && wanted[start + count])
            {
                count++;
            }

            yield return (pages[start..(start + count)], wanted[start]);
            start += count;
        }
    }

    /// <summary>Reads the pages of a run that is wanted; when nothing comes of it, a page keeps its text layer.</summary>
    public async Task ReadAsync(PageBuilder[] run, CancellationToken cancellationToken)
    {
        if (file.Tools.Tesseract is not { } tesseract)
        {
            var problem = file.Tools.Problems.First(problem => problem.Component == "Tesseract");
            Array.ForEach(run, page => page.Report(PdfPageStatus.Degraded, [$"This page wants to be read by OCR. {PdfTools.Missing(problem).Message}"]));
            return;
        }

        // As files, and in that format: bytes from its standard input, or of PGM files, cost Tesseract up to a quarter of its time.
        using var folder = file.Tools.NewFolder();
        var scales = new Dictionary<int, double>();
        var drawn = await _images.RastersAsync(Array.ConvertAll(run, page => page.Number), options.OcrDpi, cancellationToken).ConfigureAwait(false);
        foreach (var (page, output) in run.Zip(drawn))
        {
            if (page.Take(output) is { } image)
            {
                await TiffFile.WriteAsync(folder.File(ImageName(page.Number)), image, cancellationToken).ConfigureAwait(false);
                scales[page.Number] = page.Info.IsKnown ? page.Info.Width / image.Width : 72.0 / options.OcrDpi;
            }
        }

        var ready = Array.FindAll(run, page => scales.ContainsKey(page.Number));
        foreach (var part in ready.Length == run.Length ? [ready] : ready.Chunk(1))
        {
            var tables = await PageRun.RunAsync(file, part[0].Number, part.Length, (from, to) => Command(tesseract, folder, from, to, scales[from]), OcrWords.Split, cancellationToken).ConfigureAwait(false);
            foreach (var (page, table) in part.Zip(tables))
            {
                if (page.Take(table) is { } rows)
                {
                    Use(OcrWords.Parse(rows, scales[page.Number]), page);
                }
            }
        }
    }

    private ToolCommand Command(PdfTool tesseract, PrivateFolder folder, int first, int last, double scale)
    {
        // Tesseract takes as much as the resolution says; a capped image has less than was asked for, and is in no run with others.
        var dpi = Math.Clamp((int)Math.Round(72 / scale), 70, 2400);
        var names = string.Concat(Enumerable.Range(first, last - first + 1).Select(page => ImageName(page) + '\n'));
        return new ToolCommand(
            tesseract,
            ["stdin", "stdout", "-l", string.Join('+', options.OcrLanguages), "--dpi", dpi.ToString(CultureInfo.InvariantCulture), "tsv"],
            file.Tools.Limits.OcrTimeout,
            file.Tools.Limits.TextBytes)
        {
            Folder = folder,
            Input = Encoding.ASCII.GetBytes(names),
            IsChatty = true,
        };
    }

    private static string ImageName(int page) => string.Create(CultureInfo.InvariantCulture, $"page{page}.tif");

    private void Use(OcrWords words, PageBuilder page)
    {
        if (IsBetter(words, page))
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

    private bool IsWanted(PageBuilder page) => options.ReadsText
        && (options.Ocr == PdfOcr.Always || (options.Ocr == PdfOcr.Auto && WantsOcr(page)));

    // A page whose text layer could not be read is not without text.
    private static bool WantsOcr(PageBuilder page) => !page.HasFailed && (page.Glance is { } glance
        ? Letters(page) is > 0 and var letters ? glance.DarkPixels > letters * MaxDarkPixelsPerLetter : !glance.IsBlank
        : GarbledText.IsGarbled(TextOf(page)));
}
