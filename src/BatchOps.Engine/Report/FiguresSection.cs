namespace BatchOps.Engine;

/// <summary>The run in numbers.</summary>
internal static class FiguresSection
{
    public static void Write(Markup html, RunFacts facts)
    {
        var run = facts.Run;
        var seconds = run.Duration.TotalSeconds;
        // The run's own row gets these at its end; until then the last sample has them.
        var sample = run.EndTime is null && facts.Metrics.Count > 0 ? facts.Metrics[^1] : null;
        var peak = Math.Max(run.PeakConcurrency, sample is null ? 0 : facts.Metrics.Max(static s => s.InFlight));
        var mean = run.EndTime is null && seconds > 0 ? run.ItemSeconds / seconds : run.MeanConcurrency;
        var ended = run.Succeeded + run.Failed + run.TimedOut + run.Canceled + run.Skipped;
        html.Raw("<section id=\"figures\" aria-label=\"Figures\">\n<dl class=\"figures main\">\n");
        Card(html, "Success rate", Show.Percent(run.Succeeded, ended), ended < run.Items ? $"of {Show.Count(ended)} that ended" : null);
        Card(html, "Items", Show.Count(run.Items));
        Card(html, "Items per second", seconds > 0 ? Show.Number(ended / seconds) : "–");
        Card(html, "Speedup", seconds > 0 ? Show.Number(run.ItemSeconds / seconds) + "\u202F×" : "–", "item time / run time");
        html.Raw("</dl>\n<dl class=\"figures\">\n");
        Card(html, "Succeeded", Show.Count(run.Succeeded));
        Card(html, "Failed", Show.Count(run.Failed));
        Card(html, "Timed out", Show.Count(run.TimedOut));
        Card(html, "Canceled", Show.Count(run.Canceled));
        Card(html, "Skipped", Show.Count(run.Skipped));
        Card(html, "From cache", Show.Count(run.FromCache));
        Card(html, "Attempts", Show.Count(run.Attempts));
        Card(html, "Item time", Show.Seconds(run.ItemSeconds));
        Card(html, "Peak at work", peak > 0 ? Show.Count(peak) : "–", $"of {Show.Count(run.MaxConcurrency)}");
        Card(html, "Mean at work", mean > 0 ? Show.Number(mean) : "–");
        Card(html, "Rate-limit hits", Show.Count(sample?.RateLimitHits ?? run.RateLimitHits));
        Card(html, "Breaker trips", Show.Count(sample?.BreakerTrips ?? run.BreakerTrips));
        html.Raw("</dl>\n</section>\n");
    }

    private static void Card(Markup html, string name, string value, string? note = null)
    {
        html.Write($"<div><dt>{name}</dt><dd>{value}");
        if (note is not null)
        {
            html.Write($" <small>{note}</small>");
        }

        html.Raw("</dd></div>\n");
    }
}
