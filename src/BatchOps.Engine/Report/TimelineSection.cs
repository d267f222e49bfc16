namespace BatchOps.Engine;

/// <summary>What each worker did when: item by item, or as shares of time when items are many.</summary>
internal static class TimelineSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"timeline\">\n<h2>Timeline</h2>\n");
        var lanes = WorkerLanes.Of(facts);
        if (lanes.Rows == 0)
        {
            html.Raw("<p class=\"none\">No item was run, so no worker was busy.</p>\n</section>\n");
            return;
        }

        if (facts.DrawsItems && lanes.Workers.Count <= WorkerLanes.MostLanes)
        {
            ItemTimeline.Write(html, facts, lanes);
        }
        else
        {
            OccupancyMap.Write(html, facts, lanes);
        }

        WriteTable(html, lanes);
        html.Raw("</section>\n");
    }

    /// <summary>Starts the part that scrolls: worker names stay where they are, and zoom needs no script.</summary>
    public static void WriteFrameStart(Markup html, WorkerLanes lanes, double height, double top, double laneHeight)
    {
        html.Raw("<div class=\"zoom\">\n");
        foreach (var (id, name, isChecked) in (ReadOnlySpan<(string, string, string)>)[("z1", "Fit", " checked=\"checked\""), ("z4", "4×", string.Empty), ("z16", "16×", string.Empty)])
        {
            html.Write($"<input type=\"radio\" name=\"zoom\" id=\"{id}\"");
            html.Raw(isChecked);
            html.Write($"/><label for=\"{id}\"><span class=\"sr\">Zoom </span>{name}</label>\n");
        }

        html.Raw("<div class=\"lanes\">\n");
        var right = 7 * Math.Max(lanes.AnyFailure ? 4 : 2, Enumerable.Range(0, lanes.Rows).Max(row => lanes.Name(row).Length));
        html.Write($"<svg class=\"gutter\" width=\"{right + 8}\" height=\"{height}\" aria-hidden=\"true\">");
        if (lanes.AnyFailure)
        {
            html.Write($"<text x=\"{right}\" y=\"{top - 6}\" text-anchor=\"end\">fail</text>");
        }

        var every = (int)Math.Ceiling(12 / laneHeight);
        for (var row = 0; row < lanes.Rows; row++)
        {
            if (row % every == 0)
            {
                html.Write($"<text x=\"{right}\" y=\"{top + (row * laneHeight) + (Math.Min(laneHeight, 18) / 2) + 4}\" text-anchor=\"end\">{lanes.Name(row)}</text>");
            }
        }

        html.Raw("</svg>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Timeline by worker\">\n");
    }

    public static void WriteFrameEnd(Markup html) => html.Raw("</div>\n</div>\n</div>\n");

    private static void WriteTable(Markup html, WorkerLanes lanes)
    {
        html.Write($"<details><summary>Figures by worker</summary>\n<table><thead><tr><th scope=\"col\">{(lanes.Grouped ? "Workers" : "Worker")}</th><th scope=\"col\" class=\"n\">Items</th><th scope=\"col\" class=\"n\">Not succeeded</th><th scope=\"col\" class=\"n\">At work</th></tr></thead><tbody>\n");
        for (var row = 0; row < lanes.Rows; row++)
        {
            html.Write($"<tr><td>{lanes.Name(row)}</td><td class=\"n\">{Show.Count(lanes.Items(row))}</td><td class=\"n\">{Show.Count(lanes.Failures(row))}</td><td class=\"n\">{Show.Percent(lanes.Occupied(row))}</td></tr>\n");
        }

        html.Raw("</tbody></table></details>\n");
    }
}
