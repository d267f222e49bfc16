namespace BatchOps.Pdf.Images;

/// <summary>A page in shades of grey, one byte a pixel, rows from top to bottom.</summary>
internal sealed class GrayRaster(int width, int height, ReadOnlyMemory<byte> pixels)
{
    public int Width => width;

    public int Height => height;

    public ReadOnlyMemory<byte> Pixels => pixels[..(width * height)];

    public ReadOnlySpan<byte> Row(int y) => pixels.Span.Slice(y * width, width);

    /// <summary>Whether nothing is to be seen: all pixels are much the same.</summary>
    public bool IsBlank
    {
        get
        {
            const int Noise = 16;
            byte min = 255, max = 0;
            foreach (var pixel in Pixels.Span)
            {
                min = Math.Min(min, pixel);
                max = Math.Max(max, pixel);
            }

            return max - min < Noise;
        }
    }

    /// <summary>How many pixels are much darker than white paper.</summary>
    public int DarkPixels
    {
        get
        {
            const int Paper = 200;
            var dark = 0;
            foreach (var pixel in Pixels.Span)
            {
                dark += pixel < Paper ? 1 : 0;
            }

            return dark;
        }
    }

    /// <summary>The same with rows and columns exchanged.</summary>
    public GrayRaster Transpose()
    {
        // In squares that stay in the processor's cache.
        const int Side = 32;
        var turned = new byte[width * height];
        var from = pixels.Span;
        for (var top = 0; top < height; top += Side)
        {
            for (var left = 0; left < width; left += Side)
            {
                for (var y = top; y < Math.Min(height, top + Side); y++)
                {
                    for (var x = left; x < Math.Min(width, left + Side); x++)
                    {
                        turned[(x * height) + y] = from[(y * width) + x];
                    }
                }
            }
        }

        return new GrayRaster(height, width, turned);
    }

    /// <summary>Reads a binary PGM file ('P5'), as pdftoppm writes it; null when it is none.</summary>
    public static GrayRaster? Parse(ReadOnlyMemory<byte> file) => Parse(file, out _);

    /// <summary>Reads files that follow each other; null when there are not exactly that many.</summary>
    public static GrayRaster[]? ParseAll(ReadOnlyMemory<byte> files, int count)
    {
        var rasters = new List<GrayRaster>();
        while (files.Length > 0 && Parse(files, out var length) is { } raster)
        {
            rasters.Add(raster);
            files = files[length..];
        }

        return files.Length == 0 && rasters.Count == count ? rasters.ToArray() : null;
    }

    private static GrayRaster? Parse(ReadOnlyMemory<byte> file, out int length)
    {
        length = 0;
        var span = file.Span;
        if (!span.StartsWith("P5"u8))
        {
            return null;
        }

        var at = 2;
        if (Number(span, ref at) is not { } width || Number(span, ref at) is not { } height || Number(span, ref at) != 255
            || at + 1 + ((long)width * height) > span.Length)
        {
            return null;
        }

        length = at + 1 + (width * height);
        return new GrayRaster(width, height, file[(at + 1)..length]);
    }

    private static int? Number(ReadOnlySpan<byte> span, ref int at)
    {
        while (at < span.Length && span[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        var start = at;
        var value = 0;
        while (at < span.Length && span[at] is >= (byte)'0' and <= (byte)'9' && at - start < 9)
        {
            value = (value * 10) + span[at] - '0';
            at++;
        }

        return at > start ? value : null;
    }
}
