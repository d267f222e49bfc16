using System.Runtime.CompilerServices;
using BatchOps.Pdf.Images;
using BatchOps.Pdf.Ocr;
using BatchOps.Pdf.Tables;
using BatchOps.Pdf.Text;

namespace BatchOps.Pdf;

/// <summary>Makes pages of a file: text, words, images and OCR by runs of pages, tables page by page. Safe for many threads.</summary>
internal sealed class PageExtraction(PdfFile file, PdfExtractOptions options, PagePace pace)
{
    private const PdfContent FromWords = PdfContent.Words | PdfContent.Tables;

    private readonly PageImages _images = new(file, options);
    private readonly PageOcr _ocr = new(file, options);

    public async IAsyncEnumerable<PdfPage> ExtractAsync(int first, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = Enumerable.Range(first, count).Select(number => new PageBuilder(file, number)).ToArray();
        await TryAsync(pages, () => ReadTextLayerAsync(pages, cancellationToken)).ConfigureAwait(false);
        await TryAsync(pages, () => DrawImagesAsync(pages, cancellationToken)).ConfigureAwait(false);
        foreach (var (run, isWanted) in _ocr.Runs(pages))
        {
            if (isWanted)
            {
                await TryAsync(run, () => _ocr.ReadAsync(run, cancellationToken)).ConfigureAwait(false);
            }

            foreach (var page in run)
            {
                var share = page.Duration;
                var own = file.Tools.Time.GetTimestamp();
                await TryAsync([page], () => FinishAsync(page, cancellationToken)).ConfigureAwait(false);
                pace.Measured(share, count, file.Tools.Time.GetElapsedTime(own));
                yield return page.Build(options.Content);
            }
        }
    }

    private async Task ReadTextLayerAsync(PageBuilder[] pages, CancellationToken cancellationToken)
    {
        if (!options.ReadsText || options.Ocr == PdfOcr.Always)
        {
            return;
        }

        // Garbled text shows in words as well, so that plain text is only made for those who want it.
        if (options.Content.HasFlag(PdfContent.Text))
        {
            var texts = await PageRun.RunAsync(file, pages[0].Number, pages.Length, (from, to) => PageText.Command(file, from, to, options.Layout), PageText.Split, cancellationToken).ConfigureAwait(false);
            ForEach(pages, texts, (page, text) => page.Text = text);
        }

        if ((options.Content & FromWords) != PdfContent.None)
        {
            // What hung once would hang again.
            foreach (var run in pages.Any(page => page.HasTimedOut) ? pages.Where(page => !page.HasTimedOut).Chunk(1) : [pages])
            {
                var words = await PageRun.RunAsync(file, run[0].Number, run.Length, (from, to) => PageWords.Command(file, from, to), PageWords.Parse, cancellationToken).ConfigureAwait(false);
                ForEach(run, words, (page, found) => page.Words = found);
                await ReadFontSizesAsync(run, cancellationToken).ConfigureAwait(false);
            }
        }

        await _ocr.GlanceAsync(pages, cancellationToken).ConfigureAwait(false);
    }

    private async Task DrawImagesAsync(PageBuilder[] pages, CancellationToken cancellationToken)
    {
        if (!options.Content.HasFlag(PdfContent.Image))
        {
            return;
        }

        // What hung once may hang again.
        foreach (var run in pages.Any(page => page.HasTimedOut) ? pages.Chunk(1) : [pages])
        {
            var drawn = await _images.DrawAsync(run.Select(page => page.Number).ToArray(), cancellationToken).ConfigureAwait(false);
            ForEach(run, drawn, (page, image) => page.Image = image);
        }
    }

    // Sizes that can't be had are no fault of a page's.
    private async Task ReadFontSizesAsync(PageBuilder[] pages, CancellationToken cancellationToken)
    {
        if (!options.FontSizes || !options.Content.HasFlag(PdfContent.Words) || pages.Any(page => page.HasFailed) || file.Tools.Find("pdftohtml") is not { } pdftohtml)
        {
            return;
        }

        var sizes = await PageRun.RunAsync(file, pages[0].Number, pages.Length, (from, to) => PageFontSizes.Command(file, pdftohtml, from, to), PageFontSizes.Parse, cancellationToken).ConfigureAwait(false);
        foreach (var (page, size) in pages.Zip(sizes))
        {
            page.Words = size.Value?.Apply(page.Words) ?? page.Words;
        }
    }

    private static void ForEach<T>(PageBuilder[] pages, IReadOnlyList<PageOutput<T>> outputs, Action<PageBuilder, T> set)
        where T : class
    {
        for (var i = 0; i < pages.Length; i++)
        {
            if (pages[i].Take(outputs[i]) is { } value)
            {
                set(pages[i], value);
            }
        }
    }

    private async Task FinishAsync(PageBuilder page, CancellationToken cancellationToken)
    {
        if (options.Content.HasFlag(PdfContent.Tables) && page.Words.Count > 0)
        {
            var raster = page.Take(await _images.RasterAsync(page.Number, TableFinder.Dpi, cancellationToken).ConfigureAwait(false));
            page.Tables = TableFinder.Find(page.Words, raster, page.Info, page.Number);
        }

        if (page.Image is { } image && options.ImageFolder is { } folder)
        {
            // What can't be written is not there.
            page.Image = null;
            page.Image = await _images.SaveAsync(image, page.Number, folder, cancellationToken).ConfigureAwait(false);
        }
    }

    // Whatever some pages do, the others do not suffer.
    private static async Task TryAsync(PageBuilder[] pages, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Array.ForEach(pages, page => page.Report(PdfPageStatus.Failed, [exception.Message]));
        }
    }
}
