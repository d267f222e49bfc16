namespace BatchOps.Engine;

/// <summary>How the items ended, and why.</summary>
internal static class StatusSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"outcomes\">\n<h2>Outcomes</h2>\n");
        long total = facts.Spans.Length;
        if (total == 0)
        {
            html.Raw("<p class=\"none\">The journal holds no items of this run.</p>\n</section>\n");
            return;
        }

        var present = ReportedOutcomes.All.Where(o => facts.Count(o) > 0).ToList();
        html.Raw("<svg class=\"share\" width=\"100%\" height=\"28\" aria-hidden=\"true\">");
        double x = 0;
        foreach (var outcome in present)
        {
            var width = 100.0 * facts.Count(outcome) / total;
            html.Write($"<rect class=\"{outcome.Class()} p\" x=\"{x}%\" width=\"{width}%\" height=\"28\"><title>{outcome.Label()}: {Show.Count(facts.Count(outcome))}</title></rect>");
            x += width;
        }

        html.Raw("</svg>\n<ul class=\"legend counts\">\n");
        foreach (var outcome in present)
        {
            html.Raw("<li>");
            ReportedOutcomes.WriteMark(html, outcome);
            html.Write($"<span>{outcome.Label()}</span> <b>{Show.Count(facts.Count(outcome))}</b> <small>{Show.Percent(facts.Count(outcome), total)}</small></li>\n");
        }

        html.Raw("</ul>\n");
        WriteReasons(html, facts);
        html.Raw("</section>\n");
    }

    private static void WriteReasons(Markup html, RunFacts facts)
    {
        var reasons = facts.Reasons.ToList();
        if (reasons.Count == 0)
        {
            return;
        }

        html.Raw("<table class=\"narrow\"><thead><tr><th scope=\"col\">Outcome</th><th scope=\"col\">Reason</th><th scope=\"col\" class=\"n\">Items</th></tr></thead><tbody>\n");
        foreach (var (outcome, reason, count) in reasons)
        {
            html.Raw("<tr><td class=\"nowrap\">");
            ReportedOutcomes.WriteMark(html, outcome);
            html.Write($"{outcome.Label()}</td><td>{Show.Sentence(Show.Words(Show.Data(reason, 80)))}</td><td class=\"n\">{Show.Count(count)}</td></tr>\n");
        }

        html.Raw("</tbody></table>\n");
    }
}
