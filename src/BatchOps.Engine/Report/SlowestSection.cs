namespace BatchOps.Engine;

/// <summary>The items that took longest.</summary>
internal static class SlowestSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"slowest\">\n<h2>Slowest items</h2>\n");
        if (facts.Slowest.Count == 0)
        {
            html.Raw("<p class=\"none\">No item was run to its end.</p>\n</section>\n");
            return;
        }

        var most = Math.Max(facts.Slowest.Max(static i => i.Duration.TotalSeconds), 1e-6);
        html.Raw("<table class=\"slow\"><thead><tr><th scope=\"col\">Item</th><th scope=\"col\" class=\"n\">Working</th><th scope=\"col\" class=\"n\">Waiting</th><th scope=\"col\" class=\"n\">Attempts</th></tr></thead><tbody>\n");
        foreach (var item in facts.Slowest)
        {
            html.Raw("<tr><td>");
            ReportedOutcomes.WriteMark(html, ReportedOutcomes.Of(item));
            html.Write($"<span class=\"sr\">{ReportedOutcomes.Of(item).Label()}: </span><bdi class=\"key\">{Show.Name(item, 160)}</bdi><svg class=\"meter\" width=\"100%\" height=\"4\" aria-hidden=\"true\"><rect class=\"pale\" width=\"100%\" height=\"4\"/><rect class=\"work\" width=\"{100 * item.Duration.TotalSeconds / most}%\" height=\"4\"/></svg></td>");
            html.Write($"<td class=\"n\" data-name=\"Working\">{Show.Seconds(item.Duration.TotalSeconds)}</td><td class=\"n\" data-name=\"Waiting\">{Show.Seconds(item.Waited.TotalSeconds)}</td><td class=\"n\" data-name=\"Attempts\">{Show.Count(item.Attempts)}</td></tr>\n");
        }

        html.Raw("</tbody></table>\n</section>\n");
    }
}
