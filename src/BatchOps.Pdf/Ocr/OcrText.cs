using System.Text;

namespace BatchOps.Pdf.Ocr;

/// <summary>Makes text of the words that Tesseract read.</summary>
internal static class OcrText
{
    /// <summary>Line by line in reading order, an empty line between paragraphs.</summary>
    public static string Reading(OcrWords words)
    {
        var text = new StringBuilder();
        var lines = words.Words.GroupBy(word => word.Line).ToList();
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0 && words.ParagraphOfLine[lines[i].Key - 1] != words.ParagraphOfLine[lines[i - 1].Key - 1])
            {
                text.Append('\n');
            }

            text.AppendJoin(' ', lines[i].Select(word => word.Text)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Rows from top to bottom, columns kept by spaces.</summary>
    public static string Layout(OcrWords words)
    {
        var rows = TextRow.Group(words.Words);
        var characters = words.Words.Sum(word => word.Text.Length);
        if (characters == 0)
        {
            return string.Empty;
        }

        var characterWidth = words.Words.Sum(word => word.Width) / characters;
        var left = words.Words.Min(word => word.Left);
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var start = text.Length;
            foreach (var word in row.Words)
            {
                var column = (int)Math.Round((word.Left - left) / characterWidth);
                var gap = column - (text.Length - start);
                text.Append(' ', Math.Max(gap, text.Length > start ? 1 : 0)).Append(word.Text);
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
