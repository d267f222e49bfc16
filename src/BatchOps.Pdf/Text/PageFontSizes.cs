using System.Globalization;
using System.Text;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Text;

/// <summary>The font sizes of a page's text as <c>pdftohtml -xml</c> tells them; pdftotext does not.</summary>
internal sealed class PageFontSizes
{
    // Both tools take places from the same library; they differ in rounding only.
    private const double SamePlace = 0.6;

    private readonly List<(double Top, double Left, double Right, double Size)> _texts = [];

    public static ToolCommand Command(PdfFile file, PdfTool pdftohtml, int first, int last) => new(
        pdftohtml,
        ["-xml", "-stdout", "-i", "-zoom", "1", "-noroundcoord", "-f", first.ToString(CultureInfo.InvariantCulture), "-l", last.ToString(CultureInfo.InvariantCulture), "-enc", "UTF-8", file.ContentPath],
        file.Tools.Limits.PageTimeout,
        file.Tools.Limits.TextBytes);

    /// <summary>Reads the output; null when it does not hold exactly <paramref name="count"/> pages.</summary>
    public static PageFontSizes[]? Parse(ReadOnlyMemory<byte> output, int count)
    {
        var pages = new List<PageFontSizes>();
        var sizes = new Dictionary<double, double>();
        foreach (var part in Encoding.UTF8.GetString(output.Span).AsSpan().EnumerateLines())
        {
            var line = part.Trim();
            if (line.StartsWith("<page ", StringComparison.Ordinal))
            {
                pages.Add(new PageFontSizes());
            }
            else if (line.StartsWith("<fontspec ", StringComparison.Ordinal) && Tag.Number(line, " id") is { } id && Tag.Number(line, " size") is { } size)
            {
                // Told once, where a font is first used.
                sizes[id] = size;
            }
            else if (pages.Count > 0 && line.StartsWith("<text ", StringComparison.Ordinal) && Tag.Number(line, " font") is { } font && sizes.TryGetValue(font, out var points)
                && Tag.Number(line, " top") is { } top && Tag.Number(line, " left") is { } left && Tag.Number(line, " width") is { } width)
            {
                pages[^1]._texts.Add((top, left, left + width, points));
            }
        }

        return pages.Count == count ? pages.ToArray() : null;
    }

    /// <summary>The words with the sizes that are known.</summary>
    public IReadOnlyList<PdfWord> Apply(IReadOnlyList<PdfWord> words)
    {
        var byTop = _texts.ToLookup(text => (int)Math.Round(text.Top));
        return words.Select(word =>
        {
            var row = (int)Math.Round(word.Top);
            foreach (var (top, left, right, size) in byTop[row].Concat(byTop[row - 1]).Concat(byTop[row + 1]))
            {
                if (Math.Abs(top - word.Top) <= SamePlace && word.Left >= left - SamePlace && word.Left <= right + SamePlace)
                {
                    return word with { FontSize = size };
                }
            }

            return word;
        }).ToList();
    }
}
