using BatchOps.Pdf.Tables;

namespace BatchOps.Pdf.Tests.Tables;

/// <summary>A page with tables whose cells are known.</summary>
internal sealed record TableCase(string Name, PdfWriter Writer, IReadOnlyList<string[][]> Expected)
{
    /// <summary>How many of the cells that hold text were found in their place, with their whole text and nothing else.</summary>
    public (int Right, int All) Score(IReadOnlyList<PdfTable> found)
    {
        var left = found.ToList();
        int right = 0, all = 0;
        foreach (var expected in Expected)
        {
            all += expected.Sum(row => row.Count(cell => cell.Length > 0));
            if (left.MaxBy(table => Right(expected, table)) is { } best)
            {
                right += Right(expected, best);
                left.Remove(best);
            }
        }

        return (right, all);
    }

    private static int Right(string[][] expected, PdfTable table)
    {
        var rows = table.Rows;
        return expected.Select((row, r) => row.Where((cell, c) => cell.Length > 0 && r < rows.Count && c < rows[r].Count && rows[r][c] == cell).Count()).Sum();
    }
}
