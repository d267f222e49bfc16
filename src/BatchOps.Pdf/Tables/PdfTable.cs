namespace BatchOps.Pdf.Tables;

/// <summary>A table. Places are in points (1/72 inch) from the upper left corner of the page as it is seen.</summary>
public sealed record PdfTable
{
    /// <summary>The page it stands on, from 1; of a joined table the first one.</summary>
    public required int PageNumber { get; init; }

    /// <summary>The page it ends on.</summary>
    public required int LastPageNumber { get; init; }

    /// <summary>How it was found.</summary>
    public required PdfTableKind Kind { get; init; }

    /// <summary>Left edge.</summary>
    public required double Left { get; init; }

    /// <summary>Upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>Right edge.</summary>
    public required double Right { get; init; }

    /// <summary>Lower edge; of a joined table on its first page.</summary>
    public required double Bottom { get; init; }

    /// <summary>How many rows it has, its header included.</summary>
    public required int RowCount { get; init; }

    /// <summary>How many of the first rows are its header; 0 when it has none.</summary>
    public required int HeaderRowCount { get; init; }

    /// <summary>A name for each column, each another: from the header, else <c>Column1</c> and so on.</summary>
    public required IReadOnlyList<string> ColumnNames { get; init; }

    /// <summary>All cells, row by row; merged ones once.</summary>
    public required IReadOnlyList<PdfTableCell> Cells { get; init; }

    /// <summary>Whether nothing but its place makes the first row the header: there are no numbers to tell.</summary>
    internal bool IsHeaderGuessed { get; init; }

    /// <summary>Where each column begins.</summary>
    internal IReadOnlyList<double> ColumnLefts { get; init; } = [];

    /// <summary>The text of every place of the table, row by row, header included. A merged cell's text stands in its first place.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows
    {
        get
        {
            var rows = NewRows();
            foreach (var cell in Cells)
            {
                rows[cell.Row][cell.Column] = cell.Text;
            }

            return rows;
        }
    }

    /// <summary>The rows below the header as objects, by column name. A cell that spans rows stands in all of them.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Records
    {
        get
        {
            var rows = NewRows();
            foreach (var cell in Cells)
            {
                for (var row = cell.Row; row < cell.Row + cell.RowSpan; row++)
                {
                    rows[row][cell.Column] = cell.Text;
                }
            }

            return rows.Skip(HeaderRowCount)
                .Select(IReadOnlyDictionary<string, string> (row) => ColumnNames.Zip(row).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))
                .ToList();
        }
    }

    private string[][] NewRows() => Enumerable.Range(0, RowCount).Select(_ => Enumerable.Repeat(string.Empty, ColumnNames.Count).ToArray()).ToArray();
}
