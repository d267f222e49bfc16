using System.Globalization;
using System.Text;

namespace BatchOps.Engine;

/// <summary>Many items: which share of each stretch of time a worker was busy, and where items failed.</summary>
internal static class OccupancyMap
{
    private const int Columns = 160;
    private const int Levels = 5;

    public static void Write(Markup html, RunFacts facts, WorkerLanes lanes)
    {
        var busy = new double[lanes.Rows, Columns];
        var failed = new int[lanes.Rows, Columns];
        var ended = new int[lanes.Rows, Columns];
        Fill(facts, lanes, busy, failed, ended);

        var laneHeight = Math.Clamp(600.0 / lanes.Rows, 9, 22);
        var top = lanes.AnyFailure ? 40.0 : 4;
        var height = lanes.Rows * laneHeight;
        html.Write($"<p class=\"sub\">Each cell is {Show.Seconds(facts.Length / Columns)} of {(lanes.Grouped ? "a group of workers" : "a worker")}; the stronger its color, the larger the share of it at work. A red line below a cell marks items that failed or timed out in it: the thicker, the larger their share.</p>\n");
        WriteLegend(html, lanes.AnyFailure);
        TimelineSection.WriteFrameStart(html, lanes, top + height + 26, top, laneHeight);
        html.Write($"<svg class=\"gantt\" height=\"{top + height + 26}\" role=\"img\" aria-label=\"{(lanes.Grouped ? "Groups of workers" : "Workers")} over {Show.Seconds(facts.Length)}, {Show.Count(facts.Failures.Total)} failures\">\n");
        html.Write($"<svg x=\"0\" y=\"{top}\" width=\"100%\" height=\"{height}\" viewBox=\"0 0 {Columns} {lanes.Rows}\" preserveAspectRatio=\"none\">\n");
        for (var row = 0; row < lanes.Rows; row++)
        {
            var what = lanes.Grouped ? "Workers" : "Worker";
            html.Write($"<g><title>{what} {lanes.Name(row)}: {Show.Count(lanes.Items(row))} items, {Show.Percent(lanes.Occupied(row))} at work, {Show.Count(lanes.Failures(row))} failed or timed out</title>");
            WriteRow(html, row, busy, failed, ended);
            html.Raw("</g>\n");
        }

        html.Raw("</svg>\n");
        WriteFailures(html, facts, lanes, failed);
        Plot.TimeMarks(html, facts.Length, top + height, 5, "t1");
        Plot.TimeMarks(html, facts.Length, top + height, 20, "t4");
        Plot.TimeMarks(html, facts.Length, top + height, 60, "t16");
        html.Raw("</svg>\n");
        TimelineSection.WriteFrameEnd(html);
    }

    private static void Fill(RunFacts facts, WorkerLanes lanes, double[,] busy, int[,] failed, int[,] ended)
    {
        var cell = facts.Length / Columns;
        foreach (var span in facts.Spans)
        {
            if (!span.Started)
            {
                continue;
            }

            var row = lanes.Row(span.Worker);
            var share = 1 / (cell * lanes.Width(row));
            var (from, to) = span.LastAttempt(facts.Length);
            var last = Column(to, cell);
            for (var column = Column(from, cell); column <= last; column++)
            {
                var overlap = Math.Min(to, (column + 1) * cell) - Math.Max(from, column * cell);
                busy[row, column] += Math.Max(0, overlap) * share;
            }

            ended[row, last]++;
            if (span.Outcome.IsFailure())
            {
                failed[row, last]++;
            }
        }
    }

    private static void WriteRow(Markup html, int row, double[,] busy, int[,] failed, int[,] ended)
    {
        // Neighbors of one level are one rectangle, and a level is one path.
        var paths = new StringBuilder[Levels + 1];
        var start = 0;
        for (var column = 1; column <= Columns; column++)
        {
            var level = LevelOf(busy[row, start]);
            if (column < Columns && LevelOf(busy[row, column]) == level)
            {
                continue;
            }

            (paths[level] ??= new StringBuilder()).Append(CultureInfo.InvariantCulture, $"M{start} {row}.06h{column - start}v.86h-{column - start}z");
            start = column;
        }

        for (var level = 0; level <= Levels; level++)
        {
            if (paths[level] is { } path)
            {
                html.Write($"<path class=\"l{level}\" d=\"{path.ToString()}\"/>");
            }
        }

        var marks = new StringBuilder();
        for (var column = 0; column < Columns; column++)
        {
            if (failed[row, column] > 0)
            {
                var thick = ((double)failed[row, column] / ended[row, column]) switch { < 0.1 => 0.12, < 0.5 => 0.25, _ => 0.45 };
                marks.Append(CultureInfo.InvariantCulture, $"M{column} {row + 0.92 - thick:0.##}h1v{thick:0.##}h-1z");
            }
        }

        if (marks.Length > 0)
        {
            html.Write($"<path class=\"f\" d=\"{marks.ToString()}\"/>");
        }
    }

    /// <summary>Failures of all workers over time, above the lanes.</summary>
    private static void WriteFailures(Markup html, RunFacts facts, WorkerLanes lanes, int[,] failed)
    {
        const double height = 32;
        var sums = new long[Columns];
        for (var row = 0; row < lanes.Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                sums[column] += failed[row, column];
            }
        }

        var most = sums.Max();
        for (var column = 0; column < Columns; column++)
        {
            if (sums[column] > 0)
            {
                var tall = Math.Max(2, height * sums[column] / most);
                html.Write($"<rect class=\"f\" x=\"{100.0 * column / Columns}%\" width=\"{80.0 / Columns}%\" y=\"{2 + height - tall}\" height=\"{tall}\"><title>{Show.Count(sums[column])} failed or timed out from {Show.Seconds(column * facts.Length / Columns)} to {Show.Seconds((column + 1) * facts.Length / Columns)}</title></rect>\n");
            }
        }
    }

    private static void WriteLegend(Markup html, bool failures)
    {
        html.Raw("<ul class=\"legend\">");
        for (var level = 0; level <= Levels; level++)
        {
            var name = level == 0 ? "idle" : $"to {level * 100 / Levels}\u202F%";
            html.Write($"<li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"l{level}\" width=\"22\" height=\"12\"/></svg><span>{name}</span></li>");
        }

        if (failures)
        {
            html.Raw("<li><svg class=\"swatch\" width=\"12\" height=\"12\" aria-hidden=\"true\"><rect class=\"f\" y=\"4\" width=\"12\" height=\"4\"/></svg><span>failed or timed out</span></li>");
        }

        html.Raw("</ul>\n");
    }

    private static int LevelOf(double share) => share <= 0.001 ? 0 : Math.Min(Levels, (int)Math.Ceiling((share - 0.001) * Levels));

    private static int Column(double seconds, double cell) => Math.Clamp((int)(seconds / cell), 0, Columns - 1);
}
