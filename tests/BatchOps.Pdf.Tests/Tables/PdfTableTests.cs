using BatchOps.Pdf.Tables;
using BatchOps.Pdf.Tests.Ocr;

namespace BatchOps.Pdf.Tests.Tables;

public sealed class PdfTableTests
{
    private static readonly PdfExtractOptions Options = new() { Content = PdfContent.Tables };

    [Fact]
    public async Task Tables_MergedCells_HaveTheirSpansAndNameColumns()
    {
        var page = await PageAsync(writer => TableDrawing.Draw(
            writer.AddPage(),
            40,
            60,
            [80, 60, 60, 60],
            [["Product", "2024", "", "2025"], ["", "Units", "Sales", "Units"], ["Paper", "12", "80.50", "14"], ["Toner", "3", "120.00", "5"]],
            new TableStyle { Spans = [(0, 0, 2, 1), (0, 1, 1, 2)], HeaderRows = 2 }));

        var table = Assert.Single(page.Tables);
        Assert.Equal((PdfTableKind.Ruled, 4, 2, 1, 1), (table.Kind, table.RowCount, table.HeaderRowCount, table.PageNumber, table.LastPageNumber));
        Assert.Contains(new PdfTableCell(0, 0, 2, 1, "Product"), table.Cells);
        Assert.Contains(new PdfTableCell(0, 1, 1, 2, "2024"), table.Cells);
        Assert.Equal(["Product", "2024 Units", "2024 Sales", "2025 Units"], table.ColumnNames);
        Assert.Equal(2, table.Records.Count);
        Assert.Equal("80.50", table.Records[0]["2024 Sales"]);
        Assert.Equal("Toner", table.Records[1]["Product"]);
        Assert.Equal((40, 60, 300), (Math.Round(table.Left), Math.Round(table.Top), Math.Round(table.Right)));
    }

    [Theory]
    [InlineData(90, 40, 642, 100, 802)]
    [InlineData(270, 495, 40, 555, 200)]
    public async Task Tables_TextThatRunsUpOrDown_StandWhereTheyAreSeen(int rotate, double left, double top, double right, double bottom)
    {
        // Drawn 160 wide and 60 high, then turned.
        var page = await PageAsync(writer =>
        {
            var sideways = writer.AddPage(842, 595, rotate);
            sideways.IsSideways = true;
            TableDrawing.Draw(sideways, 40, 40, [80, 80], [["Item", "Units"], ["Paper", "12"], ["Toner", "3"]], new TableStyle { FontSize = 10, LineHeight = 1.4, Padding = 3 });
        });

        Assert.Equal((595, 842), (page.Width, page.Height));
        var table = Assert.Single(page.Tables);
        Assert.Equal(["Item", "Units"], table.ColumnNames);
        Assert.Equal([left, top, right, bottom], [Math.Round(table.Left), Math.Round(table.Top), Math.Round(table.Right), Math.Round(table.Bottom)]);
    }

    [Fact]
    public async Task Tables_CellThatSpansRows_StandsInAllRecords()
    {
        var page = await PageAsync(writer => TableDrawing.Draw(
            writer.AddPage(),
            40,
            60,
            [80, 60, 60],
            [["Region", "Item", "Sales"], ["North", "Paper", "12"], ["", "Toner", "3"], ["South", "Paper", "7"]],
            new TableStyle { Spans = [(1, 0, 2, 1)] }));

        var table = Assert.Single(page.Tables);

        Assert.Equal(["North", "North", "South"], table.Records.Select(record => record["Region"]));
        Assert.Equal(["North", "", "South"], table.Rows.Skip(1).Select(row => row[0]));
    }

    [Fact]
    public async Task Tables_HeaderCellsAlikeOrMissing_NamesAreUnique()
    {
        var page = await PageAsync(writer => TableDrawing.Draw(writer.AddPage(), 40, 60, [80, 60, 60, 60], [["Item", "", "Units", "Units"], ["Paper", "x", "1", "2"], ["Toner", "y", "3", "4"]], new TableStyle()));

        Assert.Equal(["Item", "Column2", "Units", "Units 2"], Assert.Single(page.Tables).ColumnNames);
    }

    [Fact]
    public async Task Tables_NoHeader_ColumnsAreNumbered()
    {
        var page = await PageAsync(writer => TableDrawing.Draw(writer.AddPage(), 40, 60, [80, 60], [["Paper", "1.50"], ["Toner", "2.50"], ["Cable", "3.50"]], new TableStyle()));

        var table = Assert.Single(page.Tables);
        Assert.Equal((0, 3), (table.HeaderRowCount, table.Records.Count));
        Assert.Equal(["Column1", "Column2"], table.ColumnNames);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Tables_AcrossPages_AreJoinedOnRequest(bool ruled, bool repeatsHeader)
    {
        var content = new TableContent(5);
        var rows = content.Rows("cnkia", 40);
        var style = new TableStyle { Rules = ruled ? Rules.Grid : Rules.None, Align = "lllrr" };
        var writer = new PdfWriter();
        var top = 420.0;
        for (var done = 1; done < 37; done += 18)
        {
            var page = writer.AddPage();
            page.Text(40, 30, $"Report, sheet {done}", 8);
            var part = rows.Skip(done).Take(18).ToArray();
            TableDrawing.Draw(page, 40, top, [60, 80, 80, 50, 70], done == 1 || repeatsHeader ? [rows[0], .. part] : part, style with { HeaderRows = done == 1 || repeatsHeader ? 1 : 0 });
            top = 60;
        }

        using var bench = await Bench.NewAsync();
        var pages = await bench.ExtractAsync(writer, Options);

        Assert.Equal(2, PdfDocument.From(pages).Tables.Count);
        var table = Assert.Single(PdfDocument.From(pages, joinTables: true).Tables);
        Assert.Equal((1, 2, 37), (table.PageNumber, table.LastPageNumber, table.RowCount));
        Assert.Equal(rows.Take(37), table.Rows);
    }

    [Fact]
    public async Task Tables_OtherTableOnTheNextPage_IsNotJoined()
    {
        var content = new TableContent(6);
        var writer = new PdfWriter();
        TableDrawing.Draw(writer.AddPage(), 40, 600, [60, 80, 70], content.Rows("cna", 8), new TableStyle());
        TableDrawing.Draw(writer.AddPage(), 40, 60, [60, 80, 70], [["Place", "Group", "Share"], .. content.Rows("ckp", 8).Skip(1)], new TableStyle());
        using var bench = await Bench.NewAsync();

        var pages = await bench.ExtractAsync(writer, Options);

        Assert.Equal(2, PdfDocument.From(pages, joinTables: true).Tables.Count);
    }

    [Fact]
    public async Task Tables_RunningText_HasNone()
    {
        var page = await PageAsync(writer =>
        {
            var page = writer.AddPage();
            var content = new TableContent(7);
            for (var i = 0; i < 40; i++)
            {
                // Two columns of prose, and a list.
                page.Text(40, 60 + (12 * i), string.Join(' ', Enumerable.Range(0, 9).Select(_ => content.Cell('n'))), 6);
                page.Text(310, 60 + (12 * i), string.Join(' ', Enumerable.Range(0, 9).Select(_ => content.Cell('n'))), 6);
            }

            for (var i = 0; i < 6; i++)
            {
                page.Text(40, 600 + (14 * i), $"{i + 1}.").Text(60, 600 + (14 * i), string.Join(' ', Enumerable.Range(0, 3 + i).Select(_ => content.Cell('n'))));
            }
        });

        Assert.Empty(page.Tables);
    }

    [Fact]
    public async Task Tables_OfARealReport_AreItsOwn()
    {
        var path = Bench.CorpusFile("sample-multicolumn.pdf");
        using var bench = await Bench.NewAsync();

        var pages = await bench.ExtractAsync(path, Options);

        Assert.Empty(pages[0].Tables);
        Assert.Empty(pages[1].Tables);
        var table = Assert.Single(pages[2].Tables);
        Assert.Equal(["Country", "Population (millions)"], table.ColumnNames.Take(2));
        Assert.Equal("Dutch, French, German", table.Records[1]["Official Language"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tables_ScannedPage_AreFoundByOcr(bool ruled)
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        // No capital I: in many fonts it is a small l.
        var rows = new[] { new[] { "Part", "Place", "Units", "Amount" }, ["Paper", "Vienna", "120", "48.50"], ["Printer", "Berlin", "14", "2,310.00"], ["Cable", "Oslo", "77", "154.20"], ["Monitor", "Porto", "32", "960.00"] };
        var printed = new PdfWriter();
        TableDrawing.Draw(printed.AddPage(), 60, 80, [110, 110, 90, 100], rows, new TableStyle { Rules = ruled ? Rules.Grid : Rules.None, FontSize = 12, Padding = 5, Align = "llrr" });

        var page = Assert.Single(await bench.ExtractAsync(await PageOcrTests.ScanAsync(bench, printed, 300), Options));

        var table = Assert.Single(page.Tables);
        Assert.Equal((PdfTextSource.Ocr, ruled ? PdfTableKind.Ruled : PdfTableKind.Unruled), (page.Source, table.Kind));
        Assert.Equal(rows, table.Rows);
    }

    private static async Task<PdfPage> PageAsync(Action<PdfWriter> draw)
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        draw(writer);
        return Assert.Single(await bench.ExtractAsync(writer, Options));
    }
}
