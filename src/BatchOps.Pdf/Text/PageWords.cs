using System.Globalization;
using System.Net;
using System.Text;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Text;

/// <summary>Words with their boxes as <c>pdftotext -bbox-layout</c> writes them.</summary>
internal static class PageWords
{
    public static ToolCommand Command(PdfFile file, int first, int last) => new(
        file.Tools.Require("pdftotext"),
        ["-bbox-layout", "-cropbox", "-f", first.ToString(CultureInfo.InvariantCulture), "-l", last.ToString(CultureInfo.InvariantCulture), "-enc", "UTF-8", file.ContentPath, "-"],
        file.Tools.Limits.PageTimeout,
        file.Tools.Limits.TextBytes);

    /// <summary>
    /// Reads the output; null when it does not hold exactly <paramref name="count"/> pages. It is close to XML, but
    /// holds characters that XML forbids, so it is read by its tags.
    /// </summary>
    public static IReadOnlyList<PdfWord>[]? Parse(ReadOnlyMemory<byte> output, int count)
    {
        var text = Encoding.UTF8.GetString(output.Span);

        // The head quotes the file's title and author; text below is escaped and can't imitate a tag.
        var body = text.LastIndexOf("<doc>", StringComparison.Ordinal);
        if (body < 0 || !text.AsSpan().TrimEnd().EndsWith("</html>", StringComparison.Ordinal))
        {
            return null;
        }

        var pages = new List<IReadOnlyList<PdfWord>>();
        var words = new List<PdfWord>();
        int block = 0, line = 0;
        foreach (var range in Lines(text.AsSpan(body)))
        {
            if (range.StartsWith("<word ", StringComparison.Ordinal))
            {
                if (ParseWord(range, block, line) is { } word)
                {
                    words.Add(word);
                }
            }
            else if (range.StartsWith("<line ", StringComparison.Ordinal))
            {
                line++;
            }
            else if (range.StartsWith("<block ", StringComparison.Ordinal))
            {
                block++;
            }
            else if (range.StartsWith("<page ", StringComparison.Ordinal))
            {
                words = [];
                (block, line) = (0, 0);
                pages.Add(words);
            }
        }

        return pages.Count == count ? pages.ToArray() : null;
    }

    private static LineEnumerator Lines(ReadOnlySpan<char> text) => new(text);

    // <word xMin="56.8" yMin="57.2" xMax="85.5" yMax="70.5">Text</word>
    private static PdfWord? ParseWord(ReadOnlySpan<char> line, int block, int number)
    {
        var open = line.IndexOf('>');
        var close = line.LastIndexOf("</word>");
        if (open < 0 || close < open)
        {
            return null;
        }

        var tag = line[..open];
        var text = Clean(line[(open + 1)..close]);
        return text.Length > 0 && Tag.Number(tag, " xMin") is { } left && Tag.Number(tag, " yMin") is { } top && Tag.Number(tag, " xMax") is { } right && Tag.Number(tag, " yMax") is { } bottom
            ? new PdfWord(text, left, top, right, bottom, block, number)
            : null;
    }

    private static string Clean(ReadOnlySpan<char> text)
    {
        if (text.IndexOf('&') < 0 && !HasControls(text))
        {
            return text.ToString();
        }

        var decoded = WebUtility.HtmlDecode(text.ToString());
        return HasControls(decoded) ? string.Concat(decoded.Where(character => !char.IsControl(character))) : decoded;
    }

    private static bool HasControls(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }

    private ref struct LineEnumerator(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;

        public ReadOnlySpan<char> Current { get; private set; } = default;

        public readonly LineEnumerator GetEnumerator() => this;

        // Ends at line feeds only: a word may hold other line breaks of Unicode's.
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var end = _rest.IndexOf('\n');
            Current = (end < 0 ? _rest : _rest[..end]).Trim();
            _rest = end < 0 ? default : _rest[(end + 1)..];
            return true;
        }
    }
}
