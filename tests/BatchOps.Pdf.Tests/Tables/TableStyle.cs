namespace BatchOps.Pdf.Tests.Tables;

/// <summary>Which lines a drawn table has.</summary>
[Flags]
internal enum Rules
{
    None = 0,
    Rows = 1,
    Columns = 2,
    Frame = 4,
    Header = 8,
    TopAndBottom = 16,
    Sides = 32,
    Grid = Rows | Columns | Frame,
    Book = TopAndBottom | Header,
}

/// <summary>How a table is drawn. Sizes in points.</summary>
internal sealed record TableStyle
{
    public Rules Rules { get; init; } = Rules.Grid;

    public PdfFont Font { get; init; } = PdfFont.Helvetica;

    public double FontSize { get; init; } = 9;

    /// <summary>From one line of a cell to the next, in font sizes.</summary>
    public double LineHeight { get; init; } = 1.15;

    /// <summary>Room above and below a cell's text.</summary>
    public double Padding { get; init; } = 3;

    /// <summary>Room left and right of a cell's text.</summary>
    public double SidePadding { get; init; } = 4;

    public double Thickness { get; init; } = 0.5;

    public double Gray { get; init; }

    public string Dash { get; init; } = "";

    /// <summary>A second line this far beside each.</summary>
    public double DoubleBy { get; init; }

    /// <summary>Each cell has a box of its own, this far from its neighbours'.</summary>
    public double? BoxGap { get; init; }

    /// <summary>'l', 'c' or 'r' for each column; the last counts for those after it.</summary>
    public string Align { get; init; } = "l";

    public double? HeaderFill { get; init; }

    public double HeaderGray { get; init; }

    public double? Zebra { get; init; }

    /// <summary>Merged cells: row, column, rows, columns.</summary>
    public IReadOnlyList<(int Row, int Column, int RowSpan, int ColumnSpan)> Spans { get; init; } = [];

    public int HeaderRows { get; init; } = 1;
}
