using System.Globalization;
using System.Text;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Text;

/// <summary>The text of pages as pdftotext writes it.</summary>
internal static class PageText
{
    private const byte FormFeed = 0x0C;

    public static ToolCommand Command(PdfFile file, int first, int last, bool layout)
    {
        List<string> arguments = ["-f", Number(first), "-l", Number(last), "-enc", "UTF-8", "-eol", "unix", file.ContentPath, "-"];
        if (layout)
        {
            arguments.Insert(0, "-layout");
        }

        return new ToolCommand(file.Tools.Require("pdftotext"), arguments, file.Tools.Limits.PageTimeout, file.Tools.Limits.TextBytes);
    }

    /// <summary>Splits output at the form feed that ends each page; null when there are not as many.</summary>
    public static string[]? Split(ReadOnlyMemory<byte> output, int count)
    {
        var rest = output.Span;
        if (rest.Length == 0 || rest[^1] != FormFeed)
        {
            return null;
        }

        // A page alone may hold form feeds of its own.
        rest = rest[..^1];
        if (count == 1)
        {
            return [Encoding.UTF8.GetString(rest)];
        }

        var pages = new string[count];
        for (var i = 0; i < count - 1; i++)
        {
            var end = rest.IndexOf(FormFeed);
            if (end < 0)
            {
                return null;
            }

            pages[i] = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[(end + 1)..];
        }

        pages[^1] = Encoding.UTF8.GetString(rest);
        return rest.Contains(FormFeed) ? null : pages;
    }

    private static string Number(int page) => page.ToString(CultureInfo.InvariantCulture);
}
