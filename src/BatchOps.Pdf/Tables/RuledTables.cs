namespace BatchOps.Pdf.Tables;

/// <summary>Makes tables of ruling lines that cross: a grid, its cells, the words in them.</summary>
internal static class RuledTables
{
    // Points within which lines touch, or are the same.
    private const double Touch = 2.5;
    private const double OpenSide = 8;
    private const double MinCell = 4;

    // The share of a cell's side that a line must cover to part it from its neighbour.
    private const double Parted = 0.55;

    public static List<TableDraft> Find(IReadOnlyList<PdfWord> words, List<Ruling> horizontal, List<Ruling> vertical)
    {
        var tables = new List<TableDraft>();
        foreach (var (rows, columns) in Connected(horizontal, vertical))
        {
            if (Grid(rows, columns) is { } grid && Fill(grid.Ys, grid.Xs, rows, columns, words) is { } table)
            {
                tables.Add(table);
            }
        }

        return tables;
    }

    // Sets of lines that touch each other, directly or by others.
    private static List<(List<Ruling> Horizontal, List<Ruling> Vertical)> Connected(List<Ruling> horizontal, List<Ruling> vertical)
    {
        var sets = new DisjointSets(horizontal.Count + vertical.Count);
        for (var h = 0; h < horizontal.Count; h++)
        {
            for (var v = 0; v < vertical.Count; v++)
            {
                if (Touches(horizontal[h], vertical[v]))
                {
                    sets.Union(h, horizontal.Count + v);
                }
            }
        }

        return Enumerable.Range(0, horizontal.Count).GroupBy(sets.Find)
            .Select(group => (
                group.Select(h => horizontal[h]).ToList(),
                Enumerable.Range(0, vertical.Count).Where(v => sets.Find(horizontal.Count + v) == group.Key).Select(v => vertical[v]).ToList()))
            .Where(set => set.Item2.Count > 0)
            .ToList();
    }

    private static bool Touches(Ruling horizontal, Ruling vertical) =>
        vertical.At >= horizontal.From - Touch && vertical.At <= horizontal.To + Touch && horizontal.At >= vertical.From - Touch && horizontal.At <= vertical.To + Touch;

    private static (List<double> Xs, List<double> Ys)? Grid(List<Ruling> horizontal, List<Ruling> vertical)
    {
        var xs = Edges(vertical, horizontal);
        var ys = Edges(horizontal, vertical);
        return xs.Count >= 3 && ys.Count >= 3 ? (xs, ys) : null;
    }

    // Where lines stand; and the ends of the lines across, when they reach out of an open side.
    private static List<double> Edges(List<Ruling> lines, List<Ruling> across)
    {
        var edges = new List<double>();
        foreach (var group in Cluster(lines.OrderBy(line => line.At).ToList()))
        {
            edges.Add(group.Sum(line => line.At * line.Length) / group.Sum(line => line.Length));
        }

        var from = across.Select(line => line.From).Order().ElementAt(across.Count / 2);
        var to = across.Select(line => line.To).Order().ElementAt(across.Count / 2);
        if (from < edges[0] - OpenSide)
        {
            edges.Insert(0, from);
        }

        if (to > edges[^1] + OpenSide)
        {
            edges.Add(to);
        }

        return edges;
    }

    private static IEnumerable<List<Ruling>> Cluster(List<Ruling> sorted)
    {
        var group = new List<Ruling>();
        foreach (var line in sorted)
        {
            if (group.Count > 0 && line.At - group[0].At > MinCell)
            {
                yield return group;
                group = [];
            }

            group.Add(line);
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }

    private static TableDraft? Fill(List<double> ys, List<double> xs, List<Ruling> horizontal, List<Ruling> vertical, IReadOnlyList<PdfWord> words)
    {
        var inside = words.Where(word => word.CenterX > xs[0] && word.CenterX < xs[^1] && word.CenterY > ys[0] && word.CenterY < ys[^1]).ToList();
        ys = SplitRows(ys, xs, inside);
        int rows = ys.Count - 1, columns = xs.Count - 1;
        var sets = Merge(ys, xs, horizontal, vertical);
        var cells = Enumerable.Range(0, rows * columns).GroupBy(sets.Find).Select(group => new Cell(
            group.Min(place => place / columns),
            group.Min(place => place % columns),
            group.Max(place => place / columns),
            group.Max(place => place % columns))).ToList();
        var table = new TableDraft
        {
            Kind = PdfTableKind.Ruled,
            RowCount = rows,
            ColumnLefts = xs[..^1],
            Horizontally = new Ruling(ys[0], xs[0], xs[^1]),
            Vertically = new Ruling(xs[0], ys[0], ys[^1]),
        };
        var filled = 0;
        foreach (var cell in cells)
        {
            var held = inside.Where(word =>
                word.CenterX >= xs[cell.Left] && word.CenterX < xs[cell.Right + 1] && word.CenterY >= ys[cell.Top] && word.CenterY < ys[cell.Bottom + 1]).ToList();
            filled += held.Count > 0 ? 1 : 0;
            if (StandApart(held, cell, xs) is { } parts)
            {
                parts.ForEach(part => table.Add(cell.Top, part.Column, cell.Bottom - cell.Top + 1, 1, part.Words));
            }
            else
            {
                table.Add(cell.Top, cell.Left, cell.Bottom - cell.Top + 1, cell.Right - cell.Left + 1, held);
            }
        }

        // Charts and frames are grids too, but hold next to nothing; diagrams leave areas that are no rectangles.
        var odd = cells.Sum(cell => cell.Area) - (rows * columns);
        return cells.Count >= 4 && filled >= 3 && filled * 6 >= cells.Count && odd * 10 <= rows * columns ? table : null;
    }

    // A dark header hides the lines between its cells: words that stand apart, each within a column, are not merged.
    private static List<(int Column, List<PdfWord> Words)>? StandApart(List<PdfWord> words, Cell cell, List<double> xs)
    {
        const double MinGap = 0.5;
        if (cell.Left == cell.Right || words.Count < 2)
        {
            return null;
        }

        foreach (var row in TextRow.Group(words))
        {
            foreach (var (left, right) in row.Words.Zip(row.Words.Skip(1)))
            {
                var crosses = xs.Exists(x => left.CenterX < x && right.CenterX > x);
                if (crosses && right.Left - left.Right < MinGap * Math.Min(left.Height, right.Height))
                {
                    return null;
                }
            }
        }

        var columns = Enumerable.Range(cell.Left, cell.Right - cell.Left + 1)
            .Select(column => (Column: column, Words: words.Where(word => word.Left >= xs[column] - 1 && word.Right <= xs[column + 1] + 1).ToList()))
            .ToList();
        return columns.Sum(column => column.Words.Count) == words.Count && columns.Count(column => column.Words.Count > 0) > 1 ? columns : null;
    }

    private static DisjointSets Merge(List<double> ys, List<double> xs, List<Ruling> horizontal, List<Ruling> vertical)
    {
        int rows = ys.Count - 1, columns = xs.Count - 1;
        var sets = new DisjointSets(rows * columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var place = (row * columns) + column;
                if (column + 1 < columns && !IsParted(vertical, xs[column + 1], ys[row], ys[row + 1]))
                {
                    sets.Union(place, place + 1);
                }

                if (row + 1 < rows && ys[row + 1] is var y && !IsTextEdge(y, horizontal) && !IsParted(horizontal, y, xs[column], xs[column + 1]))
                {
                    sets.Union(place, place + columns);
                }
            }
        }

        return sets;
    }

    private static bool IsParted(List<Ruling> lines, double at, double from, double to) =>
        lines.Where(line => Math.Abs(line.At - at) <= MinCell).Sum(line => line.Covers(from, to)) >= (to - from) * Parted;

    // An edge that SplitRows made: no line is near.
    private static bool IsTextEdge(double y, List<Ruling> horizontal) => !horizontal.Exists(line => Math.Abs(line.At - y) <= MinCell);

    // Tables with lines between columns but not between rows: a band that holds several lines of text in most columns is as many rows.
    private static List<double> SplitRows(List<double> ys, List<double> xs, List<PdfWord> words)
    {
        const int MinLines = 3, MaxEdges = 4;
        var split = new List<double> { ys[0] };
        for (var i = 1; i < ys.Count; i++)
        {
            var band = words.Where(word => word.CenterY > ys[i - 1] && word.CenterY < ys[i]).ToList();
            var lines = TextRow.Group(band);
            if (lines.Count >= MinLines)
            {
                var columns = Enumerable.Range(0, xs.Count - 1)
                    .Select(column => lines.Count(line => line.Words.Any(word => word.CenterX >= xs[column] && word.CenterX < xs[column + 1])))
                    .ToList();
                if (columns.Count(count => count >= lines.Count * 0.6) >= columns.Count * 0.6)
                {
                    split.AddRange(lines.Skip(1).Zip(lines, (line, above) => (above.Bottom + line.Top) / 2));
                }
                else if (ys.Count <= MaxEdges)
                {
                    split.AddRange(SplitAtNumbers(lines, xs));
                }
            }

            split.Add(ys[i]);
        }

        return split;
    }

    // Where the only lines are around the body, numbers below each other tell its rows; text between them is broken into lines.
    private static IEnumerable<double> SplitAtNumbers(List<TextRow> lines, List<double> xs)
    {
        var columns = xs.Zip(xs.Skip(1), (from, to) => new Ruling(0, from, to)).ToList();
        var rows = lines.Select(line => new UnruledTables.Row(new UnruledTables.Line(line, minGap: 0), columns, space: 0)).ToList();
        var hasNumbers = Enumerable.Range(0, columns.Count).Any(column => rows.Count(row => row.Cells.Exists(cell => cell.Column == column && CellText.IsNumeric(TableDraft.TextOf(cell.Words)))) > 1);
        if (!hasNumbers)
        {
            return [];
        }

        var merged = RowMerging.Merge(rows, [], columns.Count);
        return merged.Skip(1).Zip(merged, (row, above) => (above.Bottom + row.Top) / 2);
    }

    private readonly record struct Cell(int Top, int Left, int Bottom, int Right)
    {
        public int Area => (Bottom - Top + 1) * (Right - Left + 1);
    }
}
