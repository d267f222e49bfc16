namespace BatchOps.Engine;

/// <summary>Items as bars on the lanes of their workers.</summary>
internal static class ItemTimeline
{
    public static void Write(Markup html, RunFacts facts, WorkerLanes lanes)
    {
        var laneHeight = Math.Clamp(720.0 / lanes.Rows, 6, 22);
        var bar = Math.Max(4, Math.Min(16, laneHeight * 0.75));
        var top = lanes.AnyFailure ? 16.0 : 4;
        var bottom = top + (lanes.Rows * laneHeight);
        html.Raw("<p class=\"sub\">A bar is an item at its worker. ");
        if (Retried(facts))
        {
            html.Raw("An item with several attempts has a line from its first start to its end; its bar ends with the last attempt and is as long as their mean.");
        }

        html.Raw("</p>\n");
        WriteLegend(html, facts);
        TimelineSection.WriteFrameStart(html, lanes, bottom + 26, top, laneHeight);
        html.Write($"<svg class=\"gantt\" height=\"{bottom + 26}\" role=\"img\" aria-label=\"{lanes.Rows} workers over {Show.Seconds(facts.Length)}, {Show.Count(facts.Failures.Total)} failures\">\n");
        for (var row = 0; row < lanes.Rows; row++)
        {
            var y = top + (row * laneHeight) + (bar / 2);
            html.Write($"<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>");
        }

        html.Raw("\n");
        var order = Enumerable.Range(0, facts.Spans.Length).ToArray();
        Array.Sort(order, (a, b) => facts.Spans[a].Start.CompareTo(facts.Spans[b].Start));
        foreach (var i in order)
        {
            var span = facts.Spans[i];
            if (span is { Started: true, Attempts: > 1 })
            {
                var y = top + (lanes.Row(span.Worker) * laneHeight) + (bar / 2);
                html.Write($"<line class=\"reach {span.Outcome.Class()}\" x1=\"{Place(span.Start, facts)}%\" x2=\"{Place(span.Ended ? span.End : facts.Length, facts)}%\" y1=\"{y}\" y2=\"{y}\"/>");
            }
        }

        html.Raw("\n<g class=\"bars\">\n");
        foreach (var i in order)
        {
            if (facts.Spans[i].Started)
            {
                WriteBar(html, facts, i, top + (lanes.Row(facts.Spans[i].Worker) * laneHeight), bar);
            }
        }

        html.Raw("</g>\n");
        foreach (var span in facts.Spans)
        {
            if (span is { Started: true, Ended: true } && span.Outcome.IsFailure())
            {
                html.Write($"<use href=\"{(span.Outcome == ReportedOutcome.Failed ? "#flag" : "#flag-t")}\" class=\"{span.Outcome.Class()}\" x=\"{Place(span.End, facts)}%\" y=\"2\"/>");
            }
        }

        Plot.TimeMarks(html, facts.Length, bottom, 5, "t1");
        Plot.TimeMarks(html, facts.Length, bottom, 20, "t4");
        Plot.TimeMarks(html, facts.Length, bottom, 60, "t16");
        html.Raw("</svg>\n");
        TimelineSection.WriteFrameEnd(html);
    }

    private static void WriteBar(Markup html, RunFacts facts, int index, double y, double height)
    {
        var span = facts.Spans[index];
        var (from, to) = span.LastAttempt(facts.Length);
        var width = Place(to, facts) - Place(from, facts);

        // Wide bars are set apart by a line of paper, and narrow ones are given at least a pixel: all look equally high.
        var (cut, inset) = width switch { > 0.6 => (" wide", 0), > 0.12 => (string.Empty, 0.5), _ => (" thin", 1.0) };
        html.Write($"<rect class=\"{span.Outcome.Class()} p{cut}\" x=\"{Place(from, facts)}%\" y=\"{y + inset}\" width=\"{width}%\" height=\"{height - (2 * inset)}\"><title>{Show.Isolated(facts.Names[index])}: {Tell(span)}</title></rect>\n");
        if (span.Attempts > 1 && height >= 12 && width > 3.5)
        {
            html.Write($"<text class=\"tries\" x=\"{Place(to, facts)}%\" dx=\"-4\" y=\"{y + (height / 2) + 4}\" text-anchor=\"end\">×{span.Attempts}</text>\n");
        }
    }

    private static string Tell(ItemSpan span)
    {
        var attempts = span.Attempts > 1 ? $", {Show.Count(span.Attempts)} attempts" : string.Empty;
        var times = span.Ended ? $", worked {Show.Seconds(span.Worked)}, waited {Show.Seconds(span.Waited)}" : string.Empty;
        return $"{span.Outcome.Label().ToLowerInvariant()}{attempts}, worker {(span.Worker == 0 ? "unknown" : Show.Count(span.Worker))}, from {Show.Seconds(span.Start)}{times}";
    }

    private static void WriteLegend(Markup html, RunFacts facts)
    {
        var present = new HashSet<ReportedOutcome>();
        foreach (var span in facts.Spans)
        {
            if (span.Started)
            {
                present.Add(span.Outcome);
            }
        }

        html.Raw("<ul class=\"legend\">");
        foreach (var outcome in present.Order())
        {
            html.Write($"<li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"{outcome.Class()} p\" width=\"22\" height=\"12\"/></svg><span>{outcome.Label()}</span></li>");
        }

        html.Raw("</ul>\n");
    }

    private static bool Retried(RunFacts facts)
    {
        foreach (var span in facts.Spans)
        {
            if (span is { Started: true, Attempts: > 1 })
            {
                return true;
            }
        }

        return false;
    }

    private static double Place(double seconds, RunFacts facts) => Math.Clamp(100 * seconds / facts.Length, 0, 100);
}
