namespace BatchOps.Engine;

/// <summary>Items that ended per time, by outcome.</summary>
internal static class ThroughputChart
{
    private const int MostBins = 60;

    // From the base line up; what was skipped or canceled all ends at once and tells nothing of the pace.
    private static readonly ReportedOutcome[] Stack = [ReportedOutcome.Succeeded, ReportedOutcome.FromCache, ReportedOutcome.Failed, ReportedOutcome.TimedOut];

    public static void Write(Markup html, RunFacts facts)
    {
        var ended = Stack.Sum(facts.Count);
        html.Raw("<figure>\n<figcaption><h3>Throughput</h3>");
        if (ended == 0)
        {
            html.Raw("</figcaption><p class=\"none\">No item ran to its end.</p></figure>\n");
            return;
        }

        if (facts.IsInstant)
        {
            html.Raw("</figcaption><p class=\"none\">All items ended at once.</p></figure>\n");
            return;
        }

        var bins = (int)Math.Clamp(Math.Sqrt(ended) * 2, 6, MostBins);
        var counts = new long[bins, Stack.Length];
        foreach (var span in facts.Spans)
        {
            var part = Array.IndexOf(Stack, span.Outcome);
            if (span.Ended && part >= 0)
            {
                counts[Math.Clamp((int)(bins * span.End / facts.Length), 0, bins - 1), part]++;
            }
        }

        var seconds = facts.Length / bins;
        var most = Enumerable.Range(0, bins).Max(bin => Sum(counts, bin)) / seconds;
        var (unit, name) = most >= 1 ? (1, "second") : most * 60 >= 1 ? (60, "minute") : (3600, "hour");
        html.Write($"<p class=\"sub\">Items finished per {name}, in steps of {Show.Seconds(seconds)}</p></figcaption>\n");
        var plot = Plot.Start(html, $"Items finished per {name} over {Show.Seconds(facts.Length)}, at most {Show.Number(most * unit)}", most * unit, Axis.Mark);
        for (var bin = 0; bin < bins; bin++)
        {
            WriteBin(html, facts, plot, counts, bin, unit / seconds, name);
        }

        plot.TimeMarks(facts.Length);
        plot.End();
        html.Raw("<ul class=\"legend\">");
        foreach (var outcome in Stack.Where(o => facts.Count(o) > 0))
        {
            html.Write($"<li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"{outcome.Class()} p\" width=\"22\" height=\"12\"/></svg><span>{outcome.Label()}</span></li>");
        }

        html.Raw("</ul>\n</figure>\n");
    }

    private static void WriteBin(Markup html, RunFacts facts, Plot plot, long[,] counts, int bin, double perItem, string unit)
    {
        var bins = counts.GetLength(0);
        var total = Sum(counts, bin);
        if (total == 0)
        {
            return;
        }

        var (from, to) = (bin * facts.Length / bins, (bin + 1) * facts.Length / bins);
        html.Write($"<g><title>{Show.Seconds(from)} to {Show.Seconds(to)}: {Show.Number(total * perItem)} per {unit} ({Show.Count(total)} items, {Show.Count(counts[bin, 2] + counts[bin, 3])} not succeeded)</title>");
        var y = plot.Height;
        for (var part = 0; part < Stack.Length; part++)
        {
            if (counts[bin, part] > 0)
            {
                // A failure among thousands must not vanish.
                var height = Math.Max(plot.Tall(counts[bin, part] * perItem), Stack[part].IsFailure() ? 2 : 0);
                y -= height;
                html.Write($"<rect class=\"{Stack[part].Class()} p\" x=\"{(100.0 * bin / bins) + (12.0 / bins)}%\" width=\"{76.0 / bins}%\" y=\"{y}\" height=\"{height}\"/>");
            }
        }

        html.Raw("</g>\n");
    }

    private static long Sum(long[,] counts, int bin)
    {
        long sum = 0;
        for (var part = 0; part < Stack.Length; part++)
        {
            sum += counts[bin, part];
        }

        return sum;
    }
}
