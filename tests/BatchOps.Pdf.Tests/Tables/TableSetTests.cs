using System.Globalization;
using System.Text;
using BatchOps.Pdf.Tables;

namespace BatchOps.Pdf.Tests.Tables;

/// <summary>How many cells of known tables are found.</summary>
public sealed class TableSetTests(ITestOutputHelper output)
{
    private static readonly PdfExtractOptions Options = new() { Content = PdfContent.Tables, Ocr = PdfOcr.Never };

    [Fact]
    public async Task Tables_RuledSet_95PercentOfCells() => Assert.InRange(await MeasureAsync(TableSet.Ruled()), 0.95, 1);

    [Fact]
    public async Task Tables_UnruledSet_85PercentOfCells() => Assert.InRange(await MeasureAsync(TableSet.Unruled()), 0.85, 1);

    [Fact]
    public async Task Tables_RuledByChance_95PercentOfCells() => Assert.InRange(await MeasureAsync(Enumerable.Range(1000, 40).Select(seed => TableSet.Random(seed, isRuled: true))), 0.95, 1);

    [Fact]
    public async Task Tables_UnruledByChance_85PercentOfCells() => Assert.InRange(await MeasureAsync(Enumerable.Range(2000, 40).Select(seed => TableSet.Random(seed, isRuled: false))), 0.85, 1);

    private async Task<double> MeasureAsync(IEnumerable<TableCase> cases)
    {
        using var bench = await Bench.NewAsync();
        int right = 0, all = 0, count = 0;
        foreach (var item in cases)
        {
            var page = Assert.Single(await bench.ExtractAsync(item.Writer, Options));
            Assert.Equal((PdfPageStatus.Ok, ""), (page.Status, string.Join(' ', page.Messages)));
            var score = item.Score(page.Tables);
            right += score.Right;
            all += score.All;
            count += item.Expected.Count;
            if (Environment.GetEnvironmentVariable("PDF_TABLES") is { Length: > 0 } folder)
            {
                Keep(folder, item, page.Tables);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(score.Right == score.All ? "    " : "  ! ")}{item.Name}: {score.Right} of {score.All} cells; {string.Join(", ", page.Tables.Select(table => $"{table.Kind} {table.RowCount}x{table.ColumnNames.Count}, header {table.HeaderRowCount}"))}"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} tables: {right} of {all} cells right, {100.0 * right / all:0.0} %."));
        return (double)right / all;
    }

    private static void Keep(string folder, TableCase item, IReadOnlyList<PdfTable> found)
    {
        var name = Path.Combine(folder, item.Name.Replace(' ', '-').Replace(",", "", StringComparison.Ordinal));
        File.WriteAllBytes(name + ".pdf", item.Writer.ToArray());
        var text = new StringBuilder();
        foreach (var rows in item.Expected.Select(rows => rows.Select(row => (IReadOnlyList<string>)row).ToList()).Concat(found.Select(table => table.Rows.ToList())))
        {
            rows.ForEach(row => text.AppendJoin(" | ", row).Append('\n'));
            text.Append("----\n");
        }

        File.WriteAllText(name + ".txt", text.ToString());
    }
}
