namespace BatchOps.Pdf.Tests.Tables;

/// <summary>Tables of many kinds, with their cells.</summary>
internal static class TableSet
{
    public static IEnumerable<TableCase> Ruled()
    {
        yield return Case("grid", 1, "cndia", 8, new());
        yield return Case("hairlines", 2, "cndia", 8, new() { Thickness = 0.25 });
        yield return Case("thick lines", 3, "nkia", 7, new() { Thickness = 2 });
        yield return Case("light grey lines", 4, "nkiap", 7, new() { Gray = 0.75 });
        yield return Case("dark header, white text", 5, "cnkia", 9, new() { HeaderFill = 0.2, HeaderGray = 1 });
        yield return Case("shaded header", 6, "cnkia", 9, new() { HeaderFill = 0.85 });
        yield return Case("zebra in a grid", 7, "cndia", 10, new() { Zebra = 0.9 });
        yield return Case("inner lines only", 8, "cnkia", 8, new() { Rules = Rules.Rows | Rules.Columns });
        yield return Case("open left and right", 9, "cnkia", 8, new() { Rules = Rules.Rows | Rules.Columns | Rules.TopAndBottom });
        yield return Case("columns ruled, rows not", 10, "cnkia", 12, new() { Rules = Rules.Columns | Rules.Frame | Rules.Header, Padding = 1 });
        yield return Case("columns ruled, open sides", 11, "nkiap", 10, new() { Rules = Rules.Columns | Rules.TopAndBottom | Rules.Header, Padding = 1.5 });
        yield return Case("broken lines in cells", 12, "cdkia", 8, new(), scale: 0.75);
        yield return Case("many empty cells", 13, "cnkiatp", 12, new(), empty: 0.6);
        yield return Case("small and tight", 14, "cnkiatp", 25, new() { FontSize = 6, Padding = 0.8, SidePadding = 2, Thickness = 0.3 });
        yield return Case("double lines", 15, "cnkia", 7, new() { DoubleBy = 1.5, Thickness = 0.4, Padding = 4 });
        yield return Case("dashed lines", 16, "cnkia", 7, new() { Dash = "3 2" });
        yield return Case("dotted lines", 17, "cnkia", 7, new() { Dash = "1 1" });
        yield return Case("rows and frame ruled", 18, "cnkia", 8, new() { Rules = Rules.Rows | Rules.Frame });
        yield return Case("boxes apart", 19, "cnkia", 7, new() { BoxGap = 1 });
        yield return Case("ten columns", 20, "cnkiatpaip", 14, new() { FontSize = 7 }, scale: 0.9);
        yield return Case("Times, centred", 21, "cnkia", 9, new() { Font = PdfFont.Times, Align = "c" });
        yield return Case("Courier", 22, "cnia", 9, new() { Font = PdfFont.Courier, FontSize = 8 }, scale: 1.2);
        yield return Case("turned page", 23, "cnkia", 9, new(), rotate: 90);
        yield return Case("page on its head", 24, "cnkia", 9, new(), rotate: 180);
        yield return Case("text runs up", 28, "cnkia", 9, new(), rotate: 90, sideways: true);
        yield return Case("text runs down", 29, "cnkia", 9, new(), rotate: 270, sideways: true);
        yield return Case("two columns", 25, "na", 9, new());
        yield return Case("amounts close to lines", 26, "cias", 9, new() { SidePadding = 1 }, scale: 0.8);
        yield return Case("cropped page", 27, "cnkia", 9, new(), crop: true);
        yield return Grouped("groups of columns");
        yield return Grouped("groups of columns, dark header", new() { HeaderFill = 0.25, HeaderGray = 1, Gray = 0.6 });
        yield return RowGroups("groups of rows");
        yield return Totals("total across columns");
        yield return Two("one below the other", besides: false);
        yield return Two("side by side", besides: true);
        yield return Notes("long notes", new());
        yield return Notes("long notes, columns ruled", new() { Rules = Rules.Columns | Rules.Frame | Rules.Header, Padding = 5 });
    }

    public static IEnumerable<TableCase> Unruled()
    {
        yield return Case("left-aligned", 101, "cnkk", 9, Plain() with { Align = "l" });
        yield return Case("numbers right-aligned", 102, "cnia", 10, Plain());
        yield return Case("centred", 103, "cnkia", 9, Plain() with { Align = "c" });
        yield return Case("book rules", 104, "cnkia", 9, Plain() with { Rules = Rules.Book });
        yield return Case("rows ruled", 105, "cnkia", 9, Plain() with { Rules = Rules.Rows | Rules.TopAndBottom });
        yield return Case("rows ruled, broken lines", 106, "cdkia", 8, Plain() with { Rules = Rules.Rows | Rules.TopAndBottom }, scale: 0.75);
        yield return Case("zebra", 107, "cnkia", 10, Plain() with { Zebra = 0.9 });
        yield return Case("broken lines, tight", 108, "cdkia", 8, Plain() with { Padding = 3 }, scale: 0.75);
        yield return Case("broken lines, even", 109, "cdkia", 8, Plain() with { Padding = 0 }, scale: 0.75);
        yield return Case("sparse", 110, "cnkiat", 12, Plain(), empty: 0.4);
        yield return Case("narrow gutters", 111, "cnkia", 10, Plain() with { SidePadding = 2 }, scale: 0.82);
        yield return Case("Courier", 112, "cnia", 9, Plain() with { Font = PdfFont.Courier, FontSize = 8 }, scale: 1.2);
        yield return Case("Times", 113, "cdkia", 9, Plain() with { Font = PdfFont.Times, FontSize = 11 }, scale: 1.15);
        yield return Case("wide rows", 114, "cnkia", 8, Plain() with { Padding = 7 });
        yield return Case("small", 115, "cnkiatp", 25, Plain() with { FontSize = 6.5, Padding = 0.5 });
        yield return Case("two columns", 116, "na", 8, Plain());
        yield return Case("eight columns", 117, "cniatpai", 14, Plain() with { FontSize = 7.5 });
        yield return Case("turned page", 118, "cnkia", 9, Plain(), rotate: 270);
        yield return Case("text runs up", 123, "cnkia", 9, Plain(), rotate: 90, sideways: true);
        yield return Case("text runs down", 124, "cnkia", 9, Plain(), rotate: 270, sideways: true);
        yield return Case("dark header", 119, "cnkia", 9, Plain() with { HeaderFill = 0.3, HeaderGray = 1 });
        yield return Case("four rows", 120, "cnia", 4, Plain());
        yield return Grouped("groups of columns", Plain() with { Rules = Rules.Book, HeaderRows = 2, Align = "lc" });
        yield return TwoLineHeader("two lines of header");
        yield return Sections("section titles");
        yield return Signs("signs apart from amounts");
        yield return Totals("invoice with totals", Plain() with { Align = "clrrr" });
        yield return Two("one below the other", besides: false, Plain());
        yield return Notes("long notes, tight", Plain() with { Padding = 4 });
        yield return Notes("long notes, rows ruled", Plain() with { Rules = Rules.Rows });
        yield return Apart("groups apart");
        yield return Case("dates and percentages", 121, "tkpp", 9, Plain());
        yield return Case("amounts in brackets", 122, "nbba", 9, Plain());
        yield return Landscape("landscape, eleven columns");
    }

    /// <summary>Tables of chance.</summary>
    public static TableCase Random(int seed, bool isRuled)
    {
        var content = new TableContent(seed);
        var columns = string.Concat(Enumerable.Range(0, content.Next(2, 7)).Select(_ => content.Pick("cnkiatpsd".ToCharArray())));
        columns = content.Pick(["c", "n", "t"]) + columns;
        var style = new TableStyle
        {
            Font = content.Pick([PdfFont.Helvetica, PdfFont.Helvetica, PdfFont.Times]),
            FontSize = content.NextDouble(6.5, 11),
            Padding = content.NextDouble(1, 6),
            SidePadding = content.NextDouble(2.5, 6),
            Thickness = content.NextDouble(0.2, 1.5),
            Gray = content.NextDouble(0, 0.7),
            Align = content.Pick([TableContent.Align(columns), TableContent.Align(columns), "c", "l"]),
            HeaderFill = content.Pick([null, 0.9, (double?)0.3]),
            Zebra = content.Pick([null, null, (double?)0.92]),
            Rules = isRuled ? content.Pick([Rules.Grid, Rules.Grid, Rules.Rows | Rules.Columns, Rules.Rows | Rules.Columns | Rules.TopAndBottom])
                : content.Pick([Rules.None, Rules.None, Rules.Book, Rules.TopAndBottom | Rules.Rows]),
        };
        style = style with { HeaderGray = style.HeaderFill < 0.5 ? 1 : 0 };
        var widths = content.Widths(columns, Math.Min(1.4, style.FontSize / 8.2)).ToList();
        var fit = Math.Min(1, 515 / widths.Sum());
        return Case($"random {seed}", seed, columns, content.Next(3, 18), style with { FontSize = style.FontSize * fit }, content.Pick([0, 0, 0.3]), Math.Min(1.4, style.FontSize / 8.2) * fit);
    }

    private static TableStyle Plain() => new() { Rules = Rules.None };

    private static TableCase Case(string name, int seed, string columns, int count, TableStyle style, double empty = 0, double scale = 1, int rotate = 0, bool crop = false, bool sideways = false)
    {
        var content = new TableContent(seed);
        var rows = content.Rows(columns, count, empty);
        return Draw(name, content, rows, content.Widths(columns, scale), style.Align == "l" && style.Rules != Rules.None ? style with { Align = TableContent.Align(columns) } : style, rotate, crop, sideways);
    }

    private static TableCase Draw(string name, TableContent content, string[][] rows, IReadOnlyList<double> widths, TableStyle style, int rotate = 0, bool crop = false, bool sideways = false)
    {
        var writer = new PdfWriter();
        var page = writer.AddPage(rotate: rotate);
        page.IsSideways = sideways;
        if (crop)
        {
            page.Crop(20, 30, 560, 800);
        }

        var y = content.Prose(page, 40, 60, 3);
        y = TableDrawing.Draw(page, 40, y + 8, widths, rows, style);
        content.Prose(page, 40, y + 26, 3);
        return new TableCase(name, writer, [rows]);
    }

    private static TableCase Grouped(string name, TableStyle? style = null)
    {
        var content = new TableContent(201);
        var rows = new List<string[]> { new[] { "Product", "First half", "", "Second half", "" }, new[] { "", "Units", "Sales", "Units", "Sales" } };
        rows.AddRange(content.Rows("niaia", 7).Skip(1));
        return Draw(name, content, rows.ToArray(), [90, 60, 70, 60, 70], (style ?? new()) with { Spans = [(0, 0, 2, 1), (0, 1, 1, 2), (0, 3, 1, 2)], HeaderRows = 2, Align = style?.Align ?? "lc" });
    }

    private static TableCase RowGroups(string name)
    {
        var content = new TableContent(202);
        var rows = content.Rows("knia", 9);
        foreach (var row in (int[])[2, 3, 5, 6, 8, 9])
        {
            rows[row][0] = string.Empty;
        }

        return Draw(name, content, rows, [80, 80, 60, 70], new() { Spans = [(1, 0, 3, 1), (4, 0, 3, 1), (7, 0, 3, 1)], Align = "llrr" });
    }

    private static TableCase Totals(string name, TableStyle? style = null)
    {
        var content = new TableContent(203);
        var rows = content.Rows("idiaa", 6).Append(["", "", "", "Net", "1,200.00"]).Append(["", "", "", "Tax", "228.00"]).Append(["", "", "", "Total", "1,428.00"]).ToArray();
        rows[0] = ["No", "Description", "Qty", "Unit", "Amount"];
        if (style is null)
        {
            rows[^1] = ["Total", "", "", "", "1,428.00"];
        }

        return Draw(name, content, rows, [40, 170, 50, 60, 70], (style ?? new() { Align = "llrrr" }) with { Spans = style is null ? [(rows.Length - 1, 0, 1, 4)] : [] });
    }

    private static TableCase TwoLineHeader(string name)
    {
        var content = new TableContent(204);
        var rows = content.Rows("cniaa", 8);
        rows[0] = ["Code", "Item", "Units ordered", "Price without tax", "Price with tax"];
        return Draw(name, content, rows, [52, 80, 48, 62, 60], new() { Rules = Rules.Header, Align = "llrrr", Padding = 2 });
    }

    private static TableCase Sections(string name)
    {
        var content = new TableContent(205);
        var rows = content.Rows("nkia", 10);
        rows[1] = ["Office", "", "", ""];
        rows[6] = ["Workshop", "", "", ""];
        return Draw(name, content, rows, [90, 80, 60, 70], Plain() with { Align = "llrr" });
    }

    private static TableCase Signs(string name)
    {
        var content = new TableContent(206);
        var rows = content.Rows("nia", 8);
        var writer = new PdfWriter();
        var page = writer.AddPage();
        var y = content.Prose(page, 40, 60, 2);
        TableDrawing.Draw(page, 40, y + 8, [90, 60, 90], rows, Plain() with { Align = "lrr" });
        for (var i = 1; i < rows.Length; i++)
        {
            page.Text(200, y + 8 + 3 + (9 * 0.85) + (i * ((9 * 1.15) + 6)), "$", 9);
            rows[i][2] = "$ " + rows[i][2];
        }

        return new TableCase(name, writer, [rows]);
    }

    private static TableCase Notes(string name, TableStyle style)
    {
        var content = new TableContent(208);
        var rows = content.Rows("cna", 7).Select(row => (string[])[row[0], row[1], "", row[2]]).ToArray();
        rows[0][2] = "Notes";
        foreach (var row in rows.Skip(1))
        {
            row[2] = string.Join(' ', Enumerable.Range(0, content.Next(3, 12)).Select(_ => content.Cell('n').ToLowerInvariant()));
        }

        return Draw(name, content, rows, [52, 70, 150, 70], style with { Align = "lllr" });
    }

    private static TableCase Apart(string name)
    {
        var content = new TableContent(209);
        var rows = content.Rows("cnia", 12);
        var writer = new PdfWriter();
        var page = writer.AddPage();
        var y = content.Prose(page, 40, 60, 2) + 10;
        foreach (var group in rows.Chunk(4))
        {
            y = TableDrawing.Draw(page, 40, y, [60, 80, 50, 70], group, Plain() with { Align = "llrr", Padding = 1 }) + 8;
        }

        return new TableCase(name, writer, [rows]);
    }

    private static TableCase Landscape(string name)
    {
        var content = new TableContent(210);
        var rows = content.Rows("cnkiatpaiap", 16);
        var writer = new PdfWriter();
        var page = writer.AddPage(842, 595, rotate: 90);
        TableDrawing.Draw(page, 40, content.Prose(page, 40, 50, 2) + 8, content.Widths("cnkiatpaiap"), rows, Plain() with { FontSize = 8, Align = "lllrrlrrrrr" });
        return new TableCase(name, writer, [rows]);
    }

    private static TableCase Two(string name, bool besides, TableStyle? style = null)
    {
        var content = new TableContent(207);
        var writer = new PdfWriter();
        var page = writer.AddPage();
        var one = content.Rows("cia", 7);
        var other = content.Rows("nkkt", 6);
        var y = content.Prose(page, 40, 60, 2) + 8;
        var bottom = TableDrawing.Draw(page, 40, y, [60, 50, 60], one, (style ?? new()) with { Align = "lrr" });
        TableDrawing.Draw(page, besides ? 260 : 40, besides ? y : bottom + 30, [70, 70, 70, 70], other, style ?? new());
        return new TableCase(name, writer, [one, other]);
    }
}
