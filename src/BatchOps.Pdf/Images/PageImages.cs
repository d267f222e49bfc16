using System.Globalization;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Images;

/// <summary>Draws pages by pdftoppm.</summary>
internal sealed class PageImages(PdfFile file, PdfExtractOptions options)
{
    // Room for a file's header above its pixels.
    private const int HeaderBytes = 1 << 16;

    private static readonly Form Jpeg = new("-jpeg", MaxBytes: 3, UsualBytes: 1);
    private static readonly Form Png = new("-png", MaxBytes: 3, UsualBytes: 3);
    private static readonly Form Gray = new("-gray", MaxBytes: 1, UsualBytes: 1);

    /// <summary>Draws the images that the caller asked for, in memory.</summary>
    /// <param name="pages">The pages, in page order.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<List<PageOutput<PdfImage>>> DrawAsync(IReadOnlyList<int> pages, CancellationToken cancellationToken) =>
        DrawAsync(pages, options.ImageDpi, options.ImageFormat == PdfImageFormat.Png ? Png : Jpeg, (output, count) => ImageFile.Split(output, options.ImageFormat, count), cancellationToken);

    /// <summary>Draws pages in shades of grey.</summary>
    /// <param name="pages">The pages, in page order; what comes out of all of them is held at once.</param>
    /// <param name="dpi">The resolution.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<List<PageOutput<GrayRaster>>> RastersAsync(IReadOnlyList<int> pages, int dpi, CancellationToken cancellationToken) =>
        DrawAsync(pages, dpi, Gray, GrayRaster.ParseAll, cancellationToken);

    /// <summary>How many successive pages in shades of grey take together no more memory than one may.</summary>
    /// <param name="pages">The pages, in page order.</param>
    /// <param name="start">The place of the first of them.</param>
    /// <param name="dpi">The resolution.</param>
    public int RunLength(IReadOnlyList<int> pages, int start, int dpi) => RunLength(pages, start, dpi, Gray);

    /// <summary>Draws a page in shades of grey.</summary>
    public async Task<PageOutput<GrayRaster>> RasterAsync(int page, int dpi, CancellationToken cancellationToken) =>
        (await RastersAsync([page], dpi, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Writes a page's image to the folder of images.</summary>
    public async Task<PdfImage> SaveAsync(PdfImage image, int page, string folder, CancellationToken cancellationToken)
    {
        folder = Directory.CreateDirectory(folder).FullName;
        var digits = Math.Max(4, file.PageCount.ToString(CultureInfo.InvariantCulture).Length);
        var extension = image.Format == PdfImageFormat.Png ? "png" : "jpg";
        var name = $"{Path.GetFileNameWithoutExtension(file.Path)}-{page.ToString($"D{digits}", CultureInfo.InvariantCulture)}.{extension}";
        var path = Path.Combine(folder, name);

        // Under another name until it is complete.
        var partial = Path.Combine(folder, $".{name}.{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(partial, image.Bytes!, cancellationToken).ConfigureAwait(false);
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return image with { Bytes = null, Path = path };
    }

    // A process for each page would start, read the file and its fonts as often; that takes as long as the drawing.
    private async Task<List<PageOutput<T>>> DrawAsync<T>(IReadOnlyList<int> pages, int dpi, Form form, Func<ReadOnlyMemory<byte>, int, T[]?> parse, CancellationToken cancellationToken)
        where T : class
    {
        var drawn = new List<PageOutput<T>>();
        while (drawn.Count < pages.Count)
        {
            var first = pages[drawn.Count];
            drawn.AddRange(await PageRun.RunAsync(file, first, RunLength(pages, drawn.Count, dpi, form), (from, to) => Command(from, to, dpi, form), parse, cancellationToken).ConfigureAwait(false));
        }

        return drawn;
    }

    /// <summary>How many successive pages make together no more bytes than one may make.</summary>
    private int RunLength(IReadOnlyList<int> pages, int start, int dpi, Form form)
    {
        var count = 1;
        var bytes = Pixels(file.Info(pages[start]), dpi) * form.UsualBytes;
        while (start + count < pages.Count && pages[start + count] == pages[start] + count
            && (bytes += Pixels(file.Info(pages[start + count]), dpi) * form.UsualBytes) <= MaxBytes(form))
        {
            count++;
        }

        return count;
    }

    private long MaxBytes(Form form) => (long)file.Tools.Limits.ImagePixels * form.MaxBytes;

    private ToolCommand Command(int first, int last, int dpi, Form form)
    {
        var limits = file.Tools.Limits;
        return new ToolCommand(
            file.Tools.Require("pdftoppm"),
            [form.Option, "-cropbox", "-f", first.ToString(CultureInfo.InvariantCulture), "-l", last.ToString(CultureInfo.InvariantCulture), .. Size(file.Info(first), dpi, limits.ImagePixels), file.ContentPath, "page"],
            limits.PageTimeout,
            MaxBytes(form) + HeaderBytes)
        {
            // pdftoppm writes to a pipe in blocks of 4 KB, each of which would wake the reader: as much work as writing and reading files.
            WritesFiles = true,
        };
    }

    private static double Pixels(PdfPageInfo page, int dpi) => page.Width * page.Height * dpi / 72 * dpi / 72;

    private static string[] Size(PdfPageInfo page, int dpi, int maxPixels)
    {
        return Pixels(page, dpi) <= maxPixels
            ? ["-r", dpi.ToString(CultureInfo.InvariantCulture)]
            : ["-scale-to", Math.Max(1, (int)(Math.Max(page.Width, page.Height) * Math.Sqrt(maxPixels / (page.Width * page.Height)))).ToString(CultureInfo.InvariantCulture)];
    }

    /// <summary>How pdftoppm writes pages.</summary>
    /// <param name="Option">Its option.</param>
    /// <param name="MaxBytes">What a pixel takes at most.</param>
    /// <param name="UsualBytes">What a pixel rarely exceeds.</param>
    private sealed record Form(string Option, int MaxBytes, int UsualBytes);
}
