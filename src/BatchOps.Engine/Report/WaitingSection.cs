namespace BatchOps.Engine;

/// <summary>Waiting time against working time, by item.</summary>
internal static class WaitingSection
{
    private const int MostBins = 80;

    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"waiting\">\n<h2>Waiting and working</h2>\n");
        var executed = new List<ItemSpan>();
        foreach (var span in facts.Spans)
        {
            if (span is { Started: true, Ended: true })
            {
                executed.Add(span);
            }
        }

        if (executed.Count == 0)
        {
            html.Raw("<p class=\"none\">No item was run to its end.</p>\n</section>\n");
            return;
        }

        html.Raw("<p class=\"sub\">An item waits from being read to its end whenever no attempt is at work on it: for a place under the limit, the rate limit, the breaker, or its next attempt.</p>\n<div class=\"pair\">\n");
        WriteChart(html, executed);
        WriteTable(html, executed);
        html.Raw("</div>\n</section>\n");
    }

    private static void WriteChart(Markup html, List<ItemSpan> items)
    {
        var per = (items.Count + MostBins - 1) / MostBins;
        var bins = items.Chunk(per).Select(static c => (Worked: (double)c.Average(static s => s.Worked), Waited: (double)c.Average(static s => s.Waited), Count: c.Length)).ToList();
        var most = bins.Max(static b => b.Worked + b.Waited);
        html.Write($"<figure>\n<figcaption><h3>Time per item</h3><p class=\"sub\">In input order, {(per == 1 ? "a bar an item" : $"a bar the mean of {Show.Count(per)} items")}</p></figcaption>\n");
        var plot = Plot.Start(html, $"Waiting and working time per item in input order, at most {Show.Seconds(most)}", most, Show.Seconds);
        for (var i = 0; i < bins.Count; i++)
        {
            var (worked, waited, count) = bins[i];
            var (x, width) = ((100.0 * i / bins.Count) + (12.0 / bins.Count), 76.0 / bins.Count);
            var name = per == 1 ? $"Executed item {Show.Count(i + 1)}" : $"Executed items {Show.Count((i * per) + 1)} to {Show.Count((i * per) + count)}";
            html.Write($"<g><title>{name}: worked {Show.Seconds(worked)}, waited {Show.Seconds(waited)}</title>");
            html.Write($"<rect class=\"work\" x=\"{x}%\" width=\"{width}%\" y=\"{plot.Y(worked)}\" height=\"{plot.Tall(worked)}\"/>");
            html.Write($"<rect class=\"wait\" x=\"{x}%\" width=\"{width}%\" y=\"{plot.Y(worked + waited)}\" height=\"{plot.Tall(waited)}\"/></g>\n");
        }

        html.Write($"<text x=\"0\" y=\"{plot.Height + 19}\">first</text><text x=\"100%\" y=\"{plot.Height + 19}\" text-anchor=\"end\">last of {Show.Count(items.Count)}</text>\n");
        plot.End();
        html.Raw("<ul class=\"legend\"><li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"wait\" width=\"22\" height=\"12\"/></svg><span>Waiting</span></li><li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"work\" width=\"22\" height=\"12\"/></svg><span>Working</span></li></ul>\n</figure>\n");
    }

    private static void WriteTable(Markup html, List<ItemSpan> items)
    {
        var worked = items.ConvertAll(static s => (double)s.Worked);
        var waited = items.ConvertAll(static s => (double)s.Waited);
        worked.Sort();
        waited.Sort();
        html.Raw("<div>\n<h3>Distribution</h3>\n<table class=\"figures-table\"><thead><tr><th scope=\"col\">Executed items</th><th scope=\"col\" class=\"n\">Working</th><th scope=\"col\" class=\"n\">Waiting</th></tr></thead><tbody>\n");
        Row("Shortest", 0);
        Row("Median", 0.5);
        Row("95\u202F% within", 0.95);
        Row("99\u202F% within", 0.99);
        Row("Longest", 1);
        html.Write($"<tr class=\"sum\"><th scope=\"row\">Sum</th><td class=\"n\">{Show.Seconds(worked.Sum())}</td><td class=\"n\">{Show.Seconds(waited.Sum())}</td></tr>\n</tbody></table>\n</div>\n");

        void Row(string name, double share) =>
            html.Write($"<tr><th scope=\"row\">{name}</th><td class=\"n\">{Show.Seconds(At(worked, share))}</td><td class=\"n\">{Show.Seconds(At(waited, share))}</td></tr>\n");
    }

    /// <summary>The smallest value within which so large a share of all lies.</summary>
    private static double At(List<double> sorted, double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
}
