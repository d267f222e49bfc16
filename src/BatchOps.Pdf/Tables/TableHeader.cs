using System.Globalization;

namespace BatchOps.Pdf.Tables;

/// <summary>Tells a table's header from its body, and names its columns.</summary>
internal static class TableHeader
{
    private const int MaxRows = 3;

    /// <summary>How many of the first rows are the header: those above the numbers, else the first when it names every column.</summary>
    public static int RowCount(IReadOnlyList<PdfTableCell> cells, int rowCount, int columnCount)
    {
        if (rowCount < 2)
        {
            return 0;
        }

        var numeric = Enumerable.Range(0, columnCount).Where(column => IsNumericColumn(cells, column)).ToHashSet();
        var rows = 0;
        while (numeric.Count > 0 && rows < Math.Min(MaxRows, rowCount - 1) && IsAboveNumbers(cells, rows, numeric) && (rows == 0 || IsContinued(cells, rows - 1)))
        {
            rows++;
        }

        if (rows > 0 || numeric.Count > 0)
        {
            return rows;
        }

        var first = cells.Where(cell => cell.Row == 0).ToList();
        var isNaming = first.Count > 1 && first.Sum(cell => cell.ColumnSpan) == columnCount && first.All(cell => cell.Text.Length > 0)
            && first.Select(cell => cell.Text).Distinct(StringComparer.Ordinal).Count() == first.Count;
        return !isNaming ? 0 : first.Exists(cell => cell.ColumnSpan > 1) && rowCount > 2 ? 2 : Math.Min(first.Max(cell => cell.RowSpan), rowCount - 1);
    }

    /// <summary>Names: a column's header cells from top to bottom, those that span it included; made unique.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<PdfTableCell> cells, int headerRows, int columnCount)
    {
        var names = new List<string>();
        for (var column = 0; column < columnCount; column++)
        {
            var name = string.Join(' ', cells
                .Where(cell => cell.Row < headerRows && cell.Column <= column && column < cell.Column + cell.ColumnSpan && cell.Text.Length > 0)
                .OrderBy(cell => cell.Row)
                .Select(cell => cell.Text));
            name = name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"Column{column + 1}");
            var unique = name;
            for (var i = 2; names.Contains(unique, StringComparer.OrdinalIgnoreCase); i++)
            {
                unique = string.Create(CultureInfo.InvariantCulture, $"{name} {i}");
            }

            names.Add(unique);
        }

        return names;
    }

    /// <summary>Whether a table has numbers, which tell its header from its body.</summary>
    public static bool HasNumbers(IReadOnlyList<PdfTableCell> cells, int columnCount) => Enumerable.Range(0, columnCount).Any(column => IsNumericColumn(cells, column));

    private static bool IsNumericColumn(IReadOnlyList<PdfTableCell> cells, int column)
    {
        var body = cells.Where(cell => cell.Column == column && cell.ColumnSpan == 1 && cell.Row > 0 && cell.Text.Length > 0).ToList();
        return body.Count > 0 && body.Count(cell => CellText.IsNumeric(cell.Text)) * 2 >= body.Count;
    }

    // A header goes on below cells that stand for several columns, or reach down.
    private static bool IsContinued(IReadOnlyList<PdfTableCell> cells, int row) =>
        cells.Any(cell => cell.Row <= row && row < cell.Row + cell.RowSpan && cell.Text.Length > 0 && (cell.ColumnSpan > 1 || cell.Row + cell.RowSpan > row + 1));

    private static bool IsAboveNumbers(IReadOnlyList<PdfTableCell> cells, int row, HashSet<int> numeric)
    {
        var above = cells.Where(cell => cell.Row <= row && row < cell.Row + cell.RowSpan && cell.Text.Length > 0
            && Enumerable.Range(cell.Column, cell.ColumnSpan).Any(numeric.Contains)).ToList();
        return above.Count > 0 && above.TrueForAll(cell => !CellText.IsNumeric(cell.Text) || CellText.IsYear(cell.Text));
    }
}
