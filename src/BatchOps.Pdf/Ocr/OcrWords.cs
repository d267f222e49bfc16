using System.Globalization;
using System.Text;

namespace BatchOps.Pdf.Ocr;

/// <summary>What Tesseract read on a page.</summary>
/// <param name="Words">The words in reading order; lines and blocks are numbered from 1.</param>
/// <param name="ParagraphOfLine">The paragraph of each line, by the line's number less one.</param>
internal sealed record OcrWords(IReadOnlyList<PdfWord> Words, IReadOnlyList<int> ParagraphOfLine)
{
    // level page_num block_num par_num line_num word_num left top width height conf text
    private const int Columns = 12;
    private const string WordLevel = "5";
    private const string PageLevel = "\n1\t";

    /// <summary>Splits Tesseract's table into the rows of each page; null when it has not as many pages.</summary>
    public static string[]? Split(ReadOnlyMemory<byte> output, int count)
    {
        // The first part is the heading.
        var parts = Encoding.UTF8.GetString(output.Span).Split(PageLevel);
        return parts.Length == count + 1 && parts[0].StartsWith("level\t", StringComparison.Ordinal) ? parts[1..] : null;
    }

    /// <summary>Reads the words of a page.</summary>
    /// <param name="rows">The rows of Tesseract's table.</param>
    /// <param name="scale">Points per pixel.</param>
    public static OcrWords Parse(string rows, double scale)
    {
        var words = new List<PdfWord>();
        var paragraphs = new List<int>();
        var blocks = 0;
        (string Block, string Paragraph, string Line) last = default;
        var paragraph = 0;
        foreach (var row in rows.Split('\n'))
        {
            var cells = row.TrimEnd('\r').Split('\t');
            if (cells.Length < Columns || cells[0] != WordLevel || cells[11].Trim() is not { Length: > 0 } word)
            {
                continue;
            }

            var place = (cells[2], cells[3], cells[4]);
            if (place != last)
            {
                blocks += place.Item1 == last.Block ? 0 : 1;
                paragraph += (place.Item1, place.Item2) == (last.Block, last.Paragraph) ? 0 : 1;
                paragraphs.Add(paragraph);
                last = place;
            }

            double left = Number(cells[6]) * scale, top = Number(cells[7]) * scale;
            words.Add(new PdfWord(word, left, top, left + (Number(cells[8]) * scale), top + (Number(cells[9]) * scale), blocks, paragraphs.Count) { Confidence = Number(cells[10]) });
        }

        return new OcrWords(words, paragraphs);
    }

    private static double Number(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
