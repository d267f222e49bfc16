namespace BatchOps.Pdf.Tables;

/// <summary>A table in the making: places with the words that stand in them.</summary>
internal sealed class TableDraft
{
    private readonly List<(int Row, int Column, int RowSpan, int ColumnSpan, List<PdfWord> Words)> _cells = [];

    public required PdfTableKind Kind { get; init; }

    public required int RowCount { get; init; }

    public required IReadOnlyList<double> ColumnLefts { get; init; }

    public required Ruling Horizontally { get; init; }

    public required Ruling Vertically { get; init; }

    public void Add(int row, int column, int rowSpan, int columnSpan, List<PdfWord> words) => _cells.Add((row, column, rowSpan, columnSpan, words));

    public PdfTable Build(int page)
    {
        var cells = _cells.OrderBy(cell => cell.Row).ThenBy(cell => cell.Column)
            .Select(cell => new PdfTableCell(cell.Row, cell.Column, cell.RowSpan, cell.ColumnSpan, TextOf(cell.Words)))
            .ToList();
        var headerRows = TableHeader.RowCount(cells, RowCount, ColumnLefts.Count);
        return new PdfTable
        {
            PageNumber = page,
            LastPageNumber = page,
            Kind = Kind,
            Left = Horizontally.From,
            Right = Horizontally.To,
            Top = Vertically.From,
            Bottom = Vertically.To,
            RowCount = RowCount,
            HeaderRowCount = headerRows,
            ColumnNames = TableHeader.Names(cells, headerRows, ColumnLefts.Count),
            IsHeaderGuessed = !TableHeader.HasNumbers(cells, ColumnLefts.Count),
            Cells = cells,
            ColumnLefts = ColumnLefts,
        };
    }

    public static string TextOf(IEnumerable<PdfWord> words) => string.Join(' ', TextRow.Group(words).SelectMany(row => row.Words).Select(word => word.Text));
}
