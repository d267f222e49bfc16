namespace BatchOps.Pdf.Tables;

/// <summary>Makes tables of rows of words whose gaps line up.</summary>
internal static class UnruledTables
{
    // In heights of a line of text.
    private const double CellGap = 0.75;
    private const double MinGutter = 0.42;
    private const double MaxRowGap = 1.9;
    private const double MaxFirstRowGap = 2.6;
    private const double Space = 0.28;
    private const double MaxSpace = 0.35;

    // In spaces: words of two columns stand further apart than words of a sentence.
    private const double MinPart = 1.4;

    public static List<TableDraft> Find(IReadOnlyList<PdfWord> words, IReadOnlyList<Ruling> horizontal)
    {
        var rows = TextRow.Group(words);
        if (rows.Count < 2)
        {
            return [];
        }

        var height = Median(words.Select(word => word.Height));
        var gaps = rows.SelectMany(row => row.Words.Zip(row.Words.Skip(1), (left, right) => right.Left - left.Right)).Where(gap => gap > 0 && gap < CellGap * height).Order().ToList();
        var space = FixedWidth(words) ?? Math.Min(gaps.Count > 0 ? gaps[gaps.Count / 4] : Space * height, MaxSpace * height);
        var lines = rows.Select(row => new Line(row, Math.Max(CellGap * height, 1.25 * space))).ToList();
        return Regions(lines, height).Where(region => region.Count > 1).Select(region => Build(region, height, space, horizontal)).OfType<TableDraft>().ToList();
    }

    // The width of a character, and of a space, when all have the same.
    private static double? FixedWidth(IReadOnlyList<PdfWord> words)
    {
        var widths = words.Where(word => word.Text.Length > 1).Select(word => word.Width / word.Text.Length).Order().ToList();
        return widths.Count > 4 && widths[widths.Count / 10] > 0.97 * widths[widths.Count * 9 / 10] ? widths[widths.Count / 2] : null;
    }

    // Stretches of rows that have gaps, with few other rows between.
    private static IEnumerable<List<Line>> Regions(List<Line> lines, double height)
    {
        var region = new List<Line>();
        var single = 0;
        foreach (var line in lines)
        {
            var isNear = region.Count > 0 && line.Row.Top - region[^1].Row.Bottom <= MaxGap(region, height);
            if (region.Count > 0 && (!isNear || (line.Segments.Count == 1 && (++single > 4 || IsProse(line, region)))))
            {
                yield return region;
                region = [];
            }

            if (line.Segments.Count > 1)
            {
                single = 0;
            }

            if (region.Count > 0 || line.Segments.Count > 1)
            {
                region.Add(line);
            }
        }

        yield return region;
    }

    // Tables with wide rows stay together as long as their rows are evenly wide.
    private static double MaxGap(List<Line> region, double height) => region.Count < 3
        ? MaxFirstRowGap * height
        : Math.Max(MaxRowGap * height, 1.5 * Median(region.Skip(1).Zip(region, (line, above) => line.Row.Top - above.Row.Bottom)));

    private static bool IsProse(Line line, List<Line> region)
    {
        var left = region.Min(other => other.Row.Left);
        var right = region.Max(other => other.Row.Right);
        return line.Row.Words.Count >= 6 && line.Row.Right - line.Row.Left > 0.7 * (right - left);
    }

    // Rows at the end with one cell belong to the table when they keep its pace and its first column, or go on with a cell above.
    private static List<Line> Trimmed(List<Line> lines, List<Ruling> columns, double height)
    {
        var last = lines.FindLastIndex(line => line.Segments.Count > 1);
        var pitch = last > 0 ? Median(lines.Take(last + 1).Skip(1).Zip(lines, (line, above) => line.Row.CenterY - above.Row.CenterY)) : 0;
        while (columns.Count > 1 && last + 1 < lines.Count && lines[last + 1].Row is var row
            && columns.FindIndex(column => row.Left >= column.From - 1 && row.Right <= column.To + 1) is >= 0 and var column
            && (column == 0 ? Math.Abs(row.CenterY - lines[last].Row.CenterY - pitch) < 0.1 * pitch : row.Top - lines[last].Row.Bottom < 0.5 * height))
        {
            last++;
        }

        return lines[..(last + 1)];
    }

    private static TableDraft? Build(List<Line> lines, double height, double space, IReadOnlyList<Ruling> horizontal)
    {
        var columns = Columns(lines, Math.Max(MinGutter * height, 1.25 * space));
        while (columns.Count > 1 && lines.Count > 1 && !FitsColumns(lines[0], columns))
        {
            lines = lines[1..];
            columns = Columns(lines, Math.Max(MinGutter * height, 1.25 * space));
        }

        lines = Trimmed(lines, columns, height);
        if (columns.Count < 2 || lines.Count(line => line.Segments.Count > 1) < (columns.Count == 2 ? 3 : 2))
        {
            return null;
        }

        var rows = lines.Select(line => new Row(line, columns, space)).ToList();
        var overlapping = rows.Zip(rows.Skip(1)).Count(pair => pair.Second.CenterY - pair.First.CenterY < 0.7 * height);
        if (IsText(rows, columns) || overlapping * 4 > rows.Count)
        {
            return null;
        }

        var words = lines.SelectMany(line => line.Row.Words).ToList();
        var extent = new Ruling(lines[0].Row.Top, words.Min(word => word.Left), words.Max(word => word.Right));
        var rules = horizontal.Where(line => line.At > lines[0].Row.Top - height && line.At < lines[^1].Row.Bottom + height && line.Covers(extent.From, extent.To) > 0.6 * extent.Length).Select(line => line.At).Order().ToList();
        rows = RowMerging.Merge(rows, rules, columns.Count);
        if (!TablePlausibility.IsTable(rows, columns.Count, height, rules.Count > 1))
        {
            return null;
        }

        var table = new TableDraft
        {
            Kind = PdfTableKind.Unruled,
            RowCount = rows.Count,
            ColumnLefts = columns.Select(column => column.From).ToList(),
            Horizontally = extent,
            Vertically = new Ruling(extent.From, lines[0].Row.Top, lines.Max(line => line.Row.Bottom)),
        };
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var cell in rows[i].Cells)
            {
                table.Add(i, cell.Column, 1, cell.Span, cell.Words);
            }
        }

        return table;
    }

    // The rows with most cells tell where columns are; what spans columns has no say.
    private static List<Ruling> Columns(List<Line> lines, double minGutter)
    {
        var counts = lines.Select(line => line.Segments.Count).Order().ToList();
        var full = counts[(int)((counts.Count - 1) * 0.9)];
        var voters = lines.Where(line => line.Segments.Count >= Math.Max(2, full * 0.65)).ToList();
        if (voters.Count == 0)
        {
            return [];
        }

        var columns = Spans(voters, (int)(voters.Count * 0.06), minGutter);
        return JoinSigns(columns, lines);
    }

    // Stretches that words cover, in more rows than a few.
    private static List<Ruling> Spans(List<Line> voters, int tolerated, double minGutter)
    {
        var ends = voters.SelectMany(line => line.Segments).SelectMany(segment => segment)
            .SelectMany(word => new[] { (At: word.Left, Step: 1), (At: word.Right, Step: -1) })
            .OrderBy(end => end.At).ThenByDescending(end => end.Step);
        var spans = new List<Ruling>();
        var depth = 0;
        double from = 0;
        foreach (var (at, step) in ends)
        {
            var before = depth;
            depth += step;
            if (before <= tolerated && depth > tolerated)
            {
                from = at;
            }
            else if (before > tolerated && depth <= tolerated)
            {
                if (spans.Count > 0 && from - spans[^1].To < minGutter)
                {
                    spans[^1] = spans[^1] with { To = at };
                }
                else
                {
                    spans.Add(new Ruling(0, from, at));
                }
            }
        }

        return spans;
    }

    // A currency sign that is set apart from its amount is no column.
    private static List<Ruling> JoinSigns(List<Ruling> columns, List<Line> lines)
    {
        for (var i = 0; i < columns.Count && columns.Count > 2; i++)
        {
            var column = columns[i];
            var texts = lines.SelectMany(line => line.Row.Words).Where(word => word.CenterX >= column.From && word.CenterX <= column.To).Select(word => word.Text).ToList();
            if (texts.Count == 0 || !texts.TrueForAll(CellText.IsSign))
            {
                continue;
            }

            var other = texts[0] == "%" ? i - 1 : i + 1;
            if (other >= 0 && other < columns.Count)
            {
                columns[other] = new Ruling(0, Math.Min(column.From, columns[other].From), Math.Max(column.To, columns[other].To));
                columns.RemoveAt(i--);
            }
        }

        return columns;
    }

    // A row at the top whose words run across the gutters is a sentence before the table.
    private static bool FitsColumns(Line line, List<Ruling> columns) =>
        line.Segments.Count > 1 && line.Segments.Count(segment => columns.Count(column => column.Covers(segment[0].Left, segment[^1].Right) > 0) > 1) * 2 <= line.Segments.Count;

    // Columns of running text, and lists. Formulas have rows that overlap.
    private static bool IsText(List<Row> rows, List<Ruling> columns)
    {
        var prose = 0;
        for (var i = 0; i < columns.Count; i++)
        {
            var cells = rows.SelectMany(row => row.Cells).Where(cell => cell.Column == i && cell.Span == 1).ToList();
            var full = cells.Count(cell => cell.Words.Count >= 4 && cell.Words[^1].Right - cell.Words[0].Left > 0.7 * columns[i].Length);
            prose += cells.Count >= 3 && full * 2 > cells.Count ? 1 : 0;
        }

        return (prose >= 2 && prose >= columns.Count * 0.6)
            || (columns.Count == 2 && rows.SelectMany(row => row.Cells).Where(cell => cell.Column == 0).All(cell => CellText.IsBullet(TableDraft.TextOf(cell.Words))));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>A row of words, parted at its wide gaps.</summary>
    internal sealed class Line
    {
        public Line(TextRow row, double minGap)
        {
            Row = row;
            foreach (var word in row.Words)
            {
                if (Segments.Count > 0 && word.Left - Segments[^1][^1].Right < minGap)
                {
                    Segments[^1].Add(word);
                }
                else
                {
                    Segments.Add([word]);
                }
            }
        }

        public TextRow Row { get; }

        public List<List<PdfWord>> Segments { get; } = [];
    }

    /// <summary>What stands in a column of a row, or in several.</summary>
    internal sealed record RowCell(int Column, int Span, List<PdfWord> Words);

    /// <summary>A row of the table.</summary>
    internal sealed class Row
    {
        public Row(Line line, List<Ruling> columns, double space)
        {
            Top = line.Row.Top;
            Bottom = line.Row.Bottom;
            CenterY = line.Row.CenterY;
            foreach (var segment in line.Segments)
            {
                Place(segment, columns, space);
            }
        }

        public double Top { get; }

        public double Bottom { get; set; }

        public double CenterY { get; set; }

        public List<RowCell> Cells { get; } = [];

        public bool IsFilled(int column) => Cells.Exists(cell => cell.Column <= column && column < cell.Column + cell.Span);

        public void Add(Row below)
        {
            foreach (var cell in below.Cells)
            {
                Add(cell.Column, cell.Span, cell.Words);
            }

            Bottom = below.Bottom;
            CenterY = below.CenterY;
        }

        // One cell where the words run on; parted between columns where they stand apart.
        private void Place(List<PdfWord> segment, List<Ruling> columns, double space)
        {
            var start = 0;
            for (var i = 1; i <= segment.Count; i++)
            {
                if (i < segment.Count && (ColumnOf(segment[i], columns) == ColumnOf(segment[i - 1], columns) || segment[i].Left - segment[i - 1].Right < space * MinPart))
                {
                    continue;
                }

                var words = segment[start..i];
                var covered = Enumerable.Range(0, columns.Count).Where(column => Bounds(columns, column).Covers(words[0].Left, words[^1].Right) > space).ToList();
                var column = covered.Count > 0 ? covered[0] : ColumnOf(words[0], columns);
                Add(column, covered.Count > 1 ? covered[^1] - column + 1 : 1, words);
                start = i;
            }
        }

        private void Add(int column, int span, List<PdfWord> words)
        {
            var known = Cells.FindIndex(cell => cell.Column <= column + span - 1 && column <= cell.Column + cell.Span - 1);
            if (known < 0)
            {
                Cells.Add(new RowCell(column, span, words));
                return;
            }

            var from = Math.Min(column, Cells[known].Column);
            var to = Math.Max(column + span, Cells[known].Column + Cells[known].Span);
            Cells[known] = new RowCell(from, to - from, [.. Cells[known].Words, .. words]);
        }

        // A column with its half of the gutters.
        private static Ruling Bounds(List<Ruling> columns, int column) => new(
            0,
            column == 0 ? double.MinValue : (columns[column - 1].To + columns[column].From) / 2,
            column == columns.Count - 1 ? double.MaxValue : (columns[column].To + columns[column + 1].From) / 2);

        private static int ColumnOf(PdfWord word, List<Ruling> columns) =>
            Enumerable.Range(0, columns.Count).MinBy(column => Math.Max(0, Math.Max(columns[column].From - word.CenterX, word.CenterX - columns[column].To)));
    }
}
