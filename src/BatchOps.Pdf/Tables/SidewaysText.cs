namespace BatchOps.Pdf.Tables;

/// <summary>Turns a page whose text runs up or down, so that its tables can be found as on any other; and turns those back.</summary>
/// <param name="page">The page's size.</param>
/// <param name="isUpward">Whether the text runs from bottom to top; else from top to bottom.</param>
internal sealed class SidewaysText(PdfPageInfo page, bool isUpward)
{
    /// <summary>Null when the text runs as usual, or the page's size is unknown.</summary>
    public static SidewaysText? Of(IReadOnlyList<PdfWord> words, PdfPageInfo page)
    {
        const int MinLetters = 3;
        var telling = words.Where(word => word.Text.Length >= MinLetters).ToList();
        if (!page.IsKnown || telling.Count == 0 || telling.Count(word => word.Height > word.Width) * 2 <= telling.Count)
        {
            return null;
        }

        // The next word of a line is above when the text runs up. Without such words: text begins below each other more than it ends.
        var up = words.Zip(words.Skip(1)).Where(pair => IsNext(pair.First, pair.Second)).Sum(pair => Math.Sign(pair.First.CenterY - pair.Second.CenterY));
        return new SidewaysText(page, (up != 0 ? up : Aligned(words, word => word.Bottom) - Aligned(words, word => word.Top)) >= 0);
    }

    private static bool IsNext(PdfWord word, PdfWord next) => word.Line == next.Line && Math.Abs(word.CenterY - next.CenterY) > Math.Abs(word.CenterX - next.CenterX);

    private static int Aligned(IReadOnlyList<PdfWord> words, Func<PdfWord, double> edge) => words.GroupBy(word => Math.Round(edge(word))).Sum(group => group.Count() - 1);

    public PdfWord Turn(PdfWord word) => isUpward
        ? word with { Left = page.Height - word.Bottom, Right = page.Height - word.Top, Top = word.Left, Bottom = word.Right }
        : word with { Left = word.Top, Right = word.Bottom, Top = page.Width - word.Right, Bottom = page.Width - word.Left };

    /// <summary>A horizontal line becomes a vertical one.</summary>
    public Ruling TurnHorizontal(Ruling line) => isUpward
        ? line with { At = page.Height - line.At }
        : new Ruling(line.At, page.Width - line.To, page.Width - line.From);

    /// <summary>A vertical line becomes a horizontal one.</summary>
    public Ruling TurnVertical(Ruling line) => isUpward
        ? new Ruling(line.At, page.Height - line.To, page.Height - line.From)
        : line with { At = page.Width - line.At };

    /// <summary>Puts a table to where it is seen.</summary>
    public PdfTable TurnBack(PdfTable table) => isUpward
        ? table with { Left = table.Top, Right = table.Bottom, Top = page.Height - table.Right, Bottom = page.Height - table.Left }
        : table with { Left = page.Width - table.Bottom, Right = page.Width - table.Top, Top = table.Left, Bottom = table.Right };
}
