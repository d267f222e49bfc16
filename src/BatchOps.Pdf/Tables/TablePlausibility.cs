namespace BatchOps.Pdf.Tables;

/// <summary>Tells tables without lines from formulas, forms and running text, whose gaps line up by chance.</summary>
internal static class TablePlausibility
{
    private const double MinFilled = 0.34;
    private const double MinAligned = 0.6;
    private const double MaxLoneSigns = 0.3;

    /// <summary>Whether rows make a table.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columnCount">How many columns there are.</param>
    /// <param name="height">Height of a line of text.</param>
    /// <param name="hasRules">Whether ruling lines run across.</param>
    public static bool IsTable(IReadOnlyList<UnruledTables.Row> rows, int columnCount, double height, bool hasRules)
    {
        var cells = rows.SelectMany(row => row.Cells).ToList();
        var lone = cells.Count(cell => cell.Words is [{ Text: [var only] }] && !char.IsLetterOrDigit(only) && !CellText.IsSign(cell.Words[0].Text));
        return rows.Count >= (hasRules ? 2 : 3)
            && cells.Sum(cell => cell.Span) >= MinFilled * rows.Count * columnCount
            && lone <= MaxLoneSigns * cells.Count
            && Enumerable.Range(0, columnCount).Count(column => IsColumn(cells.Where(cell => cell.Column == column && cell.Span == 1).ToList(), height)) >= (columnCount < 4 ? columnCount : 0.75 * columnCount);
    }

    // Cells begin below each other, or end, or have their middle there; or they are numbers.
    private static bool IsColumn(List<UnruledTables.RowCell> cells, double height)
    {
        if (cells.Count < 2)
        {
            return false;
        }

        var tolerance = 0.3 * height;
        return cells.Count(cell => CellText.IsNumeric(TableDraft.TextOf(cell.Words))) >= MinAligned * cells.Count
            || Aligned(cells, cell => cell.Words.Min(word => word.Left), tolerance)
            || Aligned(cells, cell => cell.Words.Max(word => word.Right), tolerance)
            || Aligned(cells, cell => (cell.Words.Min(word => word.Left) + cell.Words.Max(word => word.Right)) / 2, tolerance);
    }

    private static bool Aligned(List<UnruledTables.RowCell> cells, Func<UnruledTables.RowCell, double> edge, double tolerance)
    {
        var edges = cells.Select(edge).ToList();
        return edges.Max(at => edges.Count(other => Math.Abs(other - at) <= tolerance)) >= MinAligned * edges.Count;
    }
}
