using System.Globalization;
using System.Text;

namespace BatchOps.Pdf;

/// <summary>What pdfinfo tells of a file.</summary>
/// <param name="PageCount">How many pages it has.</param>
/// <param name="Pages">Their sizes, from the first page on; empty when they were not asked for.</param>
/// <param name="Messages">What it said to its standard error.</param>
internal sealed record FileFacts(int PageCount, IReadOnlyList<PdfPageInfo> Pages, IReadOnlyList<string> Messages)
{
    /// <summary>Reads pdfinfo's output; null when it does not tell the number of pages.</summary>
    public static FileFacts? Parse(ReadOnlySpan<byte> output, IReadOnlyList<string> messages)
    {
        var pageCount = 0;
        var pages = new List<PdfPageInfo>();
        foreach (var line in Encoding.UTF8.GetString(output).EnumerateLines())
        {
            // A title may imitate such lines, but titles come first: the last one stands.
            if (line.StartsWith("Pages:") && int.TryParse(line[6..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var count))
            {
                pageCount = count;
                pages.Clear();
            }
            else if (line.StartsWith("Page ") && line.IndexOf(':') is > 0 and var colon)
            {
                ParsePage(line[5..colon].Trim(), line[(colon + 1)..].Trim(), pages);
            }
        }

        return pageCount > 0 ? new FileFacts(pageCount, pages, messages) : null;
    }

    // 'Page    2 size:  612 x 792 pts (letter)' and 'Page    2 rot:   90'.
    private static void ParsePage(ReadOnlySpan<char> name, ReadOnlySpan<char> value, List<PdfPageInfo> pages)
    {
        var space = name.IndexOf(' ');
        if (space < 0 || !int.TryParse(name[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return;
        }

        var kind = name[(space + 1)..].Trim();
        if (kind.SequenceEqual("size") && number == pages.Count + 1)
        {
            var x = value.IndexOf(" x ");
            var rest = x < 0 ? value : value[(x + 3)..];
            var end = rest.IndexOf(' ');
            var isSize = x > 0 & double.TryParse(value[..Math.Max(x, 0)], NumberStyles.Float, CultureInfo.InvariantCulture, out var width)
                & double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var height);
            pages.Add(isSize ? new PdfPageInfo(width, height, Rotation: 0) : default);
        }
        else if (kind.SequenceEqual("rot") && number == pages.Count && int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var degrees))
        {
            var size = pages[^1];
            degrees = ((degrees % 360) + 360) % 360;
            pages[^1] = degrees % 180 == 90 ? new PdfPageInfo(size.Height, size.Width, degrees) : size with { Rotation = degrees };
        }
    }
}
