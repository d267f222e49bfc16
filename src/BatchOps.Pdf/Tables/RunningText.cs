namespace BatchOps.Pdf.Tables;

/// <summary>Leaves out what is no part of tables: paragraphs, and the dots that lead to page numbers.</summary>
internal static class RunningText
{
    private const int MinLines = 3;
    private const double MinWordsPerLine = 5.5;
    private const double FullLine = 0.8;
    private const double MinFullLines = 0.65;

    public static List<PdfWord> LeaveOut(IEnumerable<PdfWord> words) => words
        .Where(word => !IsLeader(word.Text))
        .GroupBy(word => word.Block)
        .Where(block => !IsParagraph(block.ToList()))
        .SelectMany(block => block)
        .ToList();

    // Nearly all lines are full, and hold many words without a gap.
    private static bool IsParagraph(List<PdfWord> block)
    {
        var lines = block.GroupBy(word => word.Line).Select(line => line.OrderBy(word => word.Left).ToList()).ToList();
        if (lines.Count < MinLines || block.Count < MinWordsPerLine * lines.Count)
        {
            return false;
        }

        var width = block.Max(word => word.Right) - block.Min(word => word.Left);
        var full = lines.Count(line => line[^1].Right - line[0].Left >= FullLine * width && line.Zip(line.Skip(1)).All(pair => pair.Second.Left - pair.First.Right < Math.Max(pair.First.Height, pair.Second.Height)));
        return full >= MinFullLines * lines.Count && !HasGutter(block);
    }

    // A gap that runs through all lines: in paragraphs, words of the next line close it.
    private static bool HasGutter(List<PdfWord> block)
    {
        const double MinGutter = 0.35;
        double right = double.MaxValue;
        foreach (var word in block.OrderBy(word => word.Left))
        {
            if (word.Left - right >= MinGutter * word.Height)
            {
                return true;
            }

            right = right == double.MaxValue ? word.Right : Math.Max(right, word.Right);
        }

        return false;
    }

    private static bool IsLeader(string text) => text.All(character => character is '.' or '\u2026' or '_') && text is not "...";
}
