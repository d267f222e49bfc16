using BatchOps.Pdf.Images;

namespace BatchOps.Pdf.Tables;

/// <summary>Finds the tables of a page.</summary>
internal static class TableFinder
{
    /// <summary>Resolution at which ruling lines are looked for: two pixels are one point.</summary>
    public const int Dpi = 144;

    /// <summary>The tables, from top to bottom.</summary>
    /// <param name="words">The page's words.</param>
    /// <param name="raster">The page in shades of grey; null finds tables without ruling lines only.</param>
    /// <param name="page">The page's size.</param>
    /// <param name="number">The page's number.</param>
    public static IReadOnlyList<PdfTable> Find(IReadOnlyList<PdfWord> words, GrayRaster? raster, PdfPageInfo page, int number)
    {
        List<Ruling> horizontal = [], vertical = [];
        if (raster is not null)
        {
            (horizontal, vertical) = RulingFinder.Find(raster, words, page.IsKnown ? page.Width / raster.Width : 72.0 / Dpi);
        }

        if (SidewaysText.Of(words, page) is not { } sideways)
        {
            return Find(words, horizontal, vertical).Select(table => table.Build(number)).ToList();
        }

        return Find(words.Select(sideways.Turn).ToList(), vertical.Select(sideways.TurnVertical).ToList(), horizontal.Select(sideways.TurnHorizontal).ToList())
            .Select(table => sideways.TurnBack(table.Build(number))).ToList();
    }

    private static IEnumerable<TableDraft> Find(IReadOnlyList<PdfWord> words, List<Ruling> horizontal, List<Ruling> vertical)
    {
        // A table's words are not looked at again.
        var tables = RuledTables.Find(words, horizontal, vertical);
        var free = words.Where(word => !tables.Exists(table => table.Horizontally.Covers(word.CenterX, word.CenterX + 0.01) > 0 && table.Vertically.Covers(word.CenterY, word.CenterY + 0.01) > 0)).ToList();
        tables.AddRange(UnruledTables.Find(RunningText.LeaveOut(free), horizontal));
        return tables.OrderBy(table => table.Vertically.From).ThenBy(table => table.Horizontally.From);
    }
}
