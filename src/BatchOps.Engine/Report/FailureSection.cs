namespace BatchOps.Engine;

/// <summary>What failed and why: first by kind, then item by item.</summary>
internal static class FailureSection
{
    private const int MostGroups = 20;

    public static void Write(Markup html, RunFacts facts)
    {
        var failures = facts.Failures;
        html.Raw("<section id=\"failures\">\n<h2>Failures</h2>\n");
        if (failures.Total == 0)
        {
            html.Raw("<p class=\"none\">No item failed or timed out.</p>\n</section>\n");
            return;
        }

        var groups = failures.Groups;
        html.Write($"<p class=\"sub\">{Show.Count(failures.Total)} {(failures.Total == 1 ? "item" : "items")} failed or timed out, {Show.Percent(failures.Total, facts.Spans.Length)} of all, by message. Messages that differ in numbers only are counted together.</p>\n<ol class=\"groups\">\n");
        foreach (var group in groups.Take(MostGroups))
        {
            html.Write($"<li><b class=\"n\">{Show.Count(group.Count)}</b><div><p class=\"message\"><bdi>{Message(group.Example, 600)}</bdi></p><p class=\"meta\">");
            ReportedOutcomes.WriteMark(html, ReportedOutcomes.Of(group.Example));
            html.Write($"{About(group.Example)}{(group.Differ ? ", numbers differ" : string.Empty)}</p></div></li>\n");
        }

        html.Raw("</ol>\n");
        var rest = groups.Skip(MostGroups).Sum(static g => g.Count) + failures.Others;
        if (rest > 0)
        {
            html.Write($"<p class=\"sub\">And {Show.Count(rest)} with other messages.</p>\n");
        }

        WriteList(html, failures);
        html.Raw("</section>\n");
    }

    private static void WriteList(Markup html, FailureGroups failures)
    {
        var open = failures.First.Count <= 12 ? " open=\"open\"" : string.Empty;
        html.Raw($"<details{open}>");
        html.Write($"<summary>{(failures.Total > failures.First.Count ? $"The first {Show.Count(failures.First.Count)} of {Show.Count(failures.Total)} failed items" : "Failed items")}</summary>\n<ol class=\"failed\">\n");
        foreach (var item in failures.First)
        {
            html.Raw("<li><p>");
            ReportedOutcomes.WriteMark(html, ReportedOutcomes.Of(item));
            html.Write($"<bdi class=\"key\">{Show.Name(item, 200)}</bdi></p><p class=\"message\"><bdi>{Message(item, 400)}</bdi></p><p class=\"meta\">{About(item)}, {Show.Count(item.Attempts)} {(item.Attempts == 1 ? "attempt" : "attempts")}, worked {Show.Seconds(item.Duration.TotalSeconds)}, waited {Show.Seconds(item.Waited.TotalSeconds)}</p></li>\n");
        }

        html.Raw("</ol></details>\n");
    }

    private static string Message(JournaledItem item, int most) =>
        string.IsNullOrWhiteSpace(item.Error) ? "No message was kept." : Show.Data(item.Error, most);

    private static string About(JournaledItem item)
    {
        var type = item.ErrorType is { Length: > 0 } name ? $", {Show.Data(name[(name.LastIndexOf('.') + 1)..], 80)}" : string.Empty;
        var reason = item.Reason is { Length: > 0 } why ? $" ({Show.Words(Show.Data(why, 80))})" : string.Empty;
        return $"{ReportedOutcomes.Of(item).Label()}{reason}{type}";
    }
}
