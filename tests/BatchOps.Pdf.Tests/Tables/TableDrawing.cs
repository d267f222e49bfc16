namespace BatchOps.Pdf.Tests.Tables;

/// <summary>Draws tables whose cells are known.</summary>
internal static class TableDrawing
{
    /// <summary>Draws a table and tells where it ends. Text that is wider than its column is broken into lines.</summary>
    public static double Draw(PdfWriter.Page page, double left, double top, IReadOnlyList<double> widths, string[][] rows, TableStyle style)
    {
        var xs = new List<double> { left };
        foreach (var width in widths)
        {
            xs.Add(xs[^1] + width);
        }

        var ys = new List<double> { top };
        for (var row = 0; row < rows.Length; row++)
        {
            var lines = Enumerable.Range(0, widths.Count).Where(column => Span(style, row, column).RowSpan == 1)
                .Select(column => Wrap(rows[row][column], xs[column + Span(style, row, column).ColumnSpan] - xs[column], style).Count).DefaultIfEmpty(1).Max();
            ys.Add(ys[^1] + (Math.Max(lines, 1) * style.FontSize * style.LineHeight) + (2 * style.Padding));
        }

        Fill(page, xs, ys, style);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < widths.Count; column++)
            {
                var span = Span(style, row, column);
                if (span.RowSpan > 0)
                {
                    Write(page, rows[row][column], xs[column], ys[row], xs[column + span.ColumnSpan], ys[row + span.RowSpan], column, row, style);
                }
            }
        }

        Rule(page, xs, ys, style);
        return ys[^1];
    }

    // (0, 0) for a place that a merged cell covers.
    private static (int RowSpan, int ColumnSpan) Span(TableStyle style, int row, int column)
    {
        foreach (var span in style.Spans)
        {
            if (row >= span.Row && row < span.Row + span.RowSpan && column >= span.Column && column < span.Column + span.ColumnSpan)
            {
                return (row, column) == (span.Row, span.Column) ? (span.RowSpan, span.ColumnSpan) : (0, 0);
            }
        }

        return (1, 1);
    }

    private static void Fill(PdfWriter.Page page, List<double> xs, List<double> ys, TableStyle style)
    {
        for (var row = 0; row < ys.Count - 1; row++)
        {
            var gray = row < style.HeaderRows ? style.HeaderFill : row % 2 == 0 ? style.Zebra : null;
            if (gray is { } fill)
            {
                page.Fill(xs[0], ys[row], xs[^1], ys[row + 1], fill);
            }
        }
    }

    private static void Write(PdfWriter.Page page, string text, double left, double top, double right, double bottom, int column, int row, TableStyle style)
    {
        var lines = Wrap(text, right - left, style);
        var height = lines.Count * style.FontSize * style.LineHeight;
        var baseline = (style.Spans.Count > 0 ? (top + bottom - height) / 2 : top + style.Padding) + (style.FontSize * 0.85);
        foreach (var line in lines)
        {
            var width = style.Font.Width(line, style.FontSize);
            var x = style.Align[Math.Min(column, style.Align.Length - 1)] switch
            {
                'r' => right - style.SidePadding - width,
                'c' => ((left + right) / 2) - (width / 2),
                _ => left + style.SidePadding,
            };
            page.Text(x, baseline, line, style.FontSize, style.Font, row < style.HeaderRows ? style.HeaderGray : 0);
            baseline += style.FontSize * style.LineHeight;
        }
    }

    private static List<string> Wrap(string text, double width, TableStyle style)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = lines.Count > 0 ? $"{lines[^1]} {word}" : word;
            if (lines.Count > 0 && style.Font.Width(longer, style.FontSize) <= width - (2 * style.SidePadding))
            {
                lines[^1] = longer;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }

    private static void Rule(PdfWriter.Page page, List<double> xs, List<double> ys, TableStyle style)
    {
        for (var row = 0; row < ys.Count - 1; row++)
        {
            for (var column = 0; column < xs.Count - 1; column++)
            {
                var span = Span(style, row, column);
                if (span.RowSpan == 0)
                {
                    continue;
                }

                double left = xs[column], right = xs[column + span.ColumnSpan], top = ys[row], bottom = ys[row + span.RowSpan];
                if (style.BoxGap is { } gap)
                {
                    Box(page, left + gap, top + gap, right - gap, bottom - gap, style);
                    continue;
                }

                bool isLast = row + span.RowSpan == ys.Count - 1, isRight = column + span.ColumnSpan == xs.Count - 1;
                if (isLast ? style.Rules.HasFlag(Rules.Frame) || style.Rules.HasFlag(Rules.TopAndBottom) : style.Rules.HasFlag(Rules.Rows) || (style.Rules.HasFlag(Rules.Header) && row + span.RowSpan == style.HeaderRows))
                {
                    Line(page, left, bottom, right, bottom, style);
                }

                if (row == 0 && (style.Rules.HasFlag(Rules.Frame) || style.Rules.HasFlag(Rules.TopAndBottom)))
                {
                    Line(page, left, top, right, top, style);
                }

                if (isRight ? style.Rules.HasFlag(Rules.Frame) || style.Rules.HasFlag(Rules.Sides) : style.Rules.HasFlag(Rules.Columns))
                {
                    Line(page, right, top, right, bottom, style);
                }

                if (column == 0 && (style.Rules.HasFlag(Rules.Frame) || style.Rules.HasFlag(Rules.Sides)))
                {
                    Line(page, left, top, left, bottom, style);
                }
            }
        }
    }

    private static void Box(PdfWriter.Page page, double left, double top, double right, double bottom, TableStyle style)
    {
        Line(page, left, top, right, top, style);
        Line(page, left, bottom, right, bottom, style);
        Line(page, left, top, left, bottom, style);
        Line(page, right, top, right, bottom, style);
    }

    private static void Line(PdfWriter.Page page, double x1, double y1, double x2, double y2, TableStyle style)
    {
        page.Line(x1, y1, x2, y2, style.Thickness, style.Gray, style.Dash);
        if (style.DoubleBy > 0)
        {
            var isLevel = y1 == y2;
            page.Line(x1 + (isLevel ? 0 : style.DoubleBy), y1 + (isLevel ? style.DoubleBy : 0), x2 + (isLevel ? 0 : style.DoubleBy), y2 + (isLevel ? style.DoubleBy : 0), style.Thickness, style.Gray, style.Dash);
        }
    }
}
