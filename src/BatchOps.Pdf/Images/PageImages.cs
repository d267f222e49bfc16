using System.Globalization;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Images;

/// <summary>Draws pages by pdftoppm, one process a page: what it says is the page's own.</summary>
internal sealed class PageImages(PdfFile file, PdfExtractOptions options)
{
    // Room for a file's header above its pixels.
    private const int HeaderBytes = 1 << 16;

    /// <summary>Draws the image that the caller asked for.</summary>
    public async Task<PageOutput<PdfImage>> DrawAsync(int page, CancellationToken cancellationToken)
    {
        var isPng = options.ImageFormat == PdfImageFormat.Png;
        var command = Command(page, options.ImageDpi, isPng ? "-png" : "-jpeg", bytesPerPixel: 3);
        var drawn = await PageRun.RunPageAsync(file, command, Read, cancellationToken).ConfigureAwait(false);
        return drawn.Value is { } image && options.ImageFolder is { } folder
            ? drawn with { Value = await SaveAsync(image, page, folder, cancellationToken).ConfigureAwait(false) }
            : drawn;
    }

    /// <summary>Draws a page in shades of grey.</summary>
    public Task<PageOutput<GrayRaster>> RasterAsync(int page, int dpi, CancellationToken cancellationToken) =>
        PageRun.RunPageAsync(file, Command(page, dpi, "-gray", bytesPerPixel: 1), GrayRaster.Parse, cancellationToken);

    /// <summary>Draws successive pages in shades of grey, small ones only: what comes out of all of them is held at once.</summary>
    public Task<PageOutput<GrayRaster>[]> RastersAsync(int first, int count, int dpi, CancellationToken cancellationToken) =>
        PageRun.RunAsync(file, first, count, (from, to) => Command(from, dpi, "-gray", bytesPerPixel: 1, to), GrayRaster.ParseAll, cancellationToken);

    /// <summary>Draws a page in shades of grey, as a file in PGM format.</summary>
    public Task<PageOutput<PgmFile>> PgmAsync(int page, int dpi, CancellationToken cancellationToken) =>
        PageRun.RunPageAsync(file, Command(page, dpi, "-gray", bytesPerPixel: 1), output => GrayRaster.Parse(output) is { } raster ? new PgmFile(output, raster) : null, cancellationToken);

    private ToolCommand Command(int page, int dpi, string format, int bytesPerPixel, int? last = null)
    {
        var from = page.ToString(CultureInfo.InvariantCulture);
        var to = (last ?? page).ToString(CultureInfo.InvariantCulture);
        var limits = file.Tools.Limits;
        return new ToolCommand(
            file.Tools.Require("pdftoppm"),
            [format, "-cropbox", "-f", from, "-l", to, .. Size(file.Info(page), dpi, limits.ImagePixels), file.ContentPath],
            limits.PageTimeout,
            ((long)limits.ImagePixels * bytesPerPixel) + HeaderBytes);
    }

    private static string[] Size(PdfPageInfo page, int dpi, int maxPixels)
    {
        var pixels = page.Width * page.Height * dpi / 72 * dpi / 72;
        return pixels <= maxPixels
            ? ["-r", dpi.ToString(CultureInfo.InvariantCulture)]
            : ["-scale-to", Math.Max(1, (int)(Math.Max(page.Width, page.Height) * Math.Sqrt(maxPixels / (page.Width * page.Height)))).ToString(CultureInfo.InvariantCulture)];
    }

    private PdfImage? Read(ReadOnlyMemory<byte> output) => ImageSize.Read(output.Span, options.ImageFormat) is { } size
        ? new PdfImage(options.ImageFormat, size.Width, size.Height) { Bytes = output.ToArray() }
        : null;

    private async Task<PdfImage> SaveAsync(PdfImage image, int page, string folder, CancellationToken cancellationToken)
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
}
