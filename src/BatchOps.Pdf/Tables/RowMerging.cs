namespace BatchOps.Pdf.Tables;

/// <summary>Makes one row of the lines of text that belong to it.</summary>
internal static class RowMerging
{
    /// <summary>Puts together the lines that are one row.</summary>
    /// <param name="rows">The lines of a table.</param>
    /// <param name="rules">Where ruling lines run across it, from top to bottom.</param>
    /// <param name="columnCount">How many columns it has.</param>
    public static List<UnruledTables.Row> Merge(List<UnruledTables.Row> rows, List<double> rules, int columnCount)
    {
        if (MergeBetweenRules(rows, rules, columnCount) is { } bands)
        {
            return bands;
        }

        var pitches = rows.Skip(1).Zip(rows, (row, above) => row.CenterY - above.CenterY).ToList();
        var tight = TightPitch(pitches);
        var usual = pitches.Count > 0 ? pitches.Order().ElementAt(pitches.Count / 2) : 0;
        var merged = new List<UnruledTables.Row> { rows[0] };
        for (var i = 1; i < rows.Count; i++)
        {
            var isRuled = rules.Exists(rule => rule > merged[^1].CenterY && rule < rows[i].CenterY);
            var isBetween = pitches[i - 1] < 0.75 * usual && !rows[i].Cells.Exists(cell => merged[^1].IsFilled(cell.Column));
            if (isBetween || (!isRuled && IsContinuation(merged[^1], rows[i], columnCount, isTight: pitches[i - 1] <= tight, isHeader: merged.Count == 1 && i < 3, next: rows.Skip(i + 1).FirstOrDefault())))
            {
                merged[^1].Add(rows[i]);
            }
            else
            {
                merged.Add(rows[i]);
            }
        }

        return merged;
    }

    // With a line after nearly every row, what stands between two lines is a row.
    private static List<UnruledTables.Row>? MergeBetweenRules(List<UnruledTables.Row> rows, List<double> rules, int columnCount)
    {
        var bands = rows.GroupBy(row => rules.Count(rule => rule < row.CenterY)).ToList();
        if (bands.Count < 3 || bands.Exists(band => band.Count() > 4) || bands.Count * 3 < rows.Count)
        {
            return null;
        }

        // Two lines that both fill the whole width are two rows, of which one is shaded.
        return bands.SelectMany(band => band.Count() > 1 && band.All(row => row.Cells.Count > 0.8 * columnCount)
            ? band.AsEnumerable()
            : [band.Aggregate((row, below) =>
            {
                row.Add(below);
                return row;
            })]).ToList();
    }

    // Lines of one row stand closer than rows do, when both kinds are there; 0 when all distances are alike.
    private static double TightPitch(List<double> pitches)
    {
        if (pitches.Count < 2)
        {
            return 0;
        }

        var sorted = pitches.Order().ToList();
        var least = sorted[0];
        var wide = sorted.Find(pitch => pitch > least * 1.2);
        return wide > 0 ? least * 1.12 : 0;
    }

    private static bool IsContinuation(UnruledTables.Row above, UnruledTables.Row below, int columnCount, bool isTight, bool isHeader, UnruledTables.Row? next)
    {
        var texts = below.Cells.Select(cell => TableDraft.TextOf(cell.Words)).ToList();
        var aboveTexts = above.Cells.Select(cell => TableDraft.TextOf(cell.Words)).ToList();
        var hasNumbers = texts.Exists(CellText.IsNumeric);
        var continues = below.Cells.TrueForAll(cell => above.IsFilled(cell.Column));
        if (isHeader && !hasNumbers && !aboveTexts.Exists(text => CellText.IsNumeric(text) && !CellText.IsYear(text)) && next is not null
            && next.Cells.Exists(cell => CellText.IsNumeric(TableDraft.TextOf(cell.Words))))
        {
            // Two lines of a header: one of them lacks the columns whose name fits on one line.
            var isSpanned = above.Cells.Exists(cell => cell.Span > 1);
            var fills = above.Cells.TrueForAll(cell => below.IsFilled(cell.Column));
            return !isSpanned && below.Cells.Count > 1 && (continues || fills) && (isTight || above.Cells.Count != below.Cells.Count);
        }

        if (isTight)
        {
            return continues && below.Cells.Count < above.Cells.Count && !hasNumbers;
        }

        return continues && !hasNumbers && !below.IsFilled(0) && below.Cells.Count <= Math.Max(1, columnCount / 2);
    }
}
