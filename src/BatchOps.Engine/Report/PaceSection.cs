namespace BatchOps.Engine;

/// <summary>How fast items ended, and how many were at work, over the time of the run.</summary>
internal static class PaceSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        html.Raw("<section id=\"pace\">\n<h2>Pace</h2>\n<div class=\"pair\">\n");
        ThroughputChart.Write(html, facts);
        ConcurrencyChart.Write(html, facts);
        html.Raw("</div>\n</section>\n");
    }
}
