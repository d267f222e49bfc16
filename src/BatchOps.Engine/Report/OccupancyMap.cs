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
        var failures = new int[Columns];
        Fill(facts, lanes, busy, failed, failures);

        var laneHeight = Math.Clamp(600.0 / lanes.Rows, 9, 22);
        var top = lanes.AnyFailure ? 16.0 : 4;
        var height = lanes.Rows * laneHeight;
        html.Write($"<p class=\"sub\">Each cell is {Show.Seconds(facts.Length / Columns)} of {(lanes.Grouped ? "a group of workers" : "a worker")}; the darker, the larger the share of it at work. A line below a cell marks items that failed or timed out in it.</p>\n");
        WriteLegend(html, lanes.AnyFailure);
        TimelineSection.WriteFrameStart(html, lanes, top + height + 26, top, laneHeight);
        html.Write($"<svg class=\"gantt\" height=\"{top + height + 26}\" role=\"img\" aria-label=\"{(lanes.Grouped ? "Groups of workers" : "Workers")} over {Show.Seconds(facts.Length)}, {Show.Count(facts.Failures.Total)} failures\">\n");
        html.Write($"<svg x=\"0\" y=\"{top}\" width=\"100%\" height=\"{height}\" viewBox=\"0 0 {Columns} {lanes.Rows}\" preserveAspectRatio=\"none\">\n");
        for (var row = 0; row < lanes.Rows; row++)
        {
            var what = lanes.Grouped ? "Workers" : "Worker";
            html.Write($"<g><title>{what} {lanes.Name(row)}: {Show.Count(lanes.Items(row))} items, {Show.Percent(lanes.Occupied(row))} at work, {Show.Count(lanes.Failures(row))} failed or timed out</title>");
            WriteRow(html, row, busy, failed);
            html.Raw("</g>\n");
        }

        html.Raw("</svg>\n");
        for (var column = 0; column < Columns; column++)
        {
            if (failures[column] > 0)
            {
                html.Write($"<use href=\"#flag\" class=\"f\" x=\"{100 * (column + 0.5) / Columns}%\" y=\"2\"><title>{Show.Count(failures[column])} failed or timed out from {Show.Seconds(column * facts.Length / Columns)} to {Show.Seconds((column + 1) * facts.Length / Columns)}</title></use>\n");
            }
        }

        Plot.TimeMarks(html, facts.Length, top + height, 5, "t1");
        Plot.TimeMarks(html, facts.Length, top + height, 20, "t4");
        Plot.TimeMarks(html, facts.Length, top + height, 60, "t16");
        html.Raw("</svg>\n");
        TimelineSection.WriteFrameEnd(html);
    }

    private static void Fill(RunFacts facts, WorkerLanes lanes, double[,] busy, int[,] failed, int[] failures)
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

            if (span.Outcome.IsFailure())
            {
                failed[row, last]++;
                failures[last]++;
            }
        }
    }

    private static void WriteRow(Markup html, int row, double[,] busy, int[,] failed)
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

            (paths[level] ??= new StringBuilder()).Append(CultureInfo.InvariantCulture, $"M{start} {row}.06h{column - start}v.76h-{column - start}z");
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
                marks.Append(CultureInfo.InvariantCulture, $"M{column} {row}.64h1v.26h-1z");
            }
        }

        if (marks.Length > 0)
        {
            html.Write($"<path class=\"f\" d=\"{marks.ToString()}\"/>");
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
            html.Raw("<li><svg class=\"swatch\" width=\"12\" height=\"12\" aria-hidden=\"true\"><use href=\"#flag\" class=\"f\" x=\"6\" y=\"2\"/></svg><span>failed or timed out</span></li>");
        }

        html.Raw("</ul>\n");
    }

    private static int LevelOf(double share) => share <= 0.001 ? 0 : Math.Min(Levels, (int)Math.Ceiling((share - 0.001) * Levels));

    private static int Column(double seconds, double cell) => Math.Clamp((int)(seconds / cell), 0, Columns - 1);
}
