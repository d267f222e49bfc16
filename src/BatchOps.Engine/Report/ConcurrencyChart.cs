using System.Globalization;
using System.Text;

namespace BatchOps.Engine;

/// <summary>Attempts at work and the live limit.</summary>
internal static class ConcurrencyChart
{
    private const int MostPoints = 240;

    // Samples come once a second: fewer of them say less than the items' own times.
    private const int FewSamples = 60;

    public static void Write(Markup html, RunFacts facts)
    {
        var sampled = facts.Metrics.Count >= FewSamples;
        var work = sampled ? Sampled(facts) : Counted(facts);
        var limits = Limits(facts);
        var most = work.Count == 0 ? 0 : work.Max(static p => p.Value);
        var limit = limits.Max(static p => p.Value);
        html.Raw("<figure>\n<figcaption><h3>Concurrency</h3>");
        if (work.Count == 0)
        {
            html.Raw("</figcaption><p class=\"none\">Nothing was at work.</p></figure>\n");
            return;
        }

        html.Write($"<p class=\"sub\">Attempts at work ({(sampled ? "sampled" : "mean, from the items’ times")}) and the limit in force</p></figcaption>\n");

        // A limit far above would press everything else to the ground.
        var above = limit > most * 4 && limit > most + 4;
        var top = above ? Math.Max(most * 1.25, 1) : Math.Max(limit, most);
        var plot = Plot.Start(html, $"Attempts at work over {Show.Seconds(facts.Length)}: at most {Show.Number(most)}; limit at most {Show.Number(limit)}", top, Axis.Mark);
        html.Write($"<svg x=\"0\" y=\"0\" width=\"100%\" height=\"{plot.Height}\" viewBox=\"0 0 1000 {plot.Height}\" preserveAspectRatio=\"none\">");
        html.Write($"<path class=\"area\" d=\"{Path(work, facts, plot, closed: true, steps: !sampled)}\"/><path class=\"edge\" d=\"{Path(work, facts, plot, closed: false, steps: !sampled)}\"/>");
        if (!above)
        {
            html.Write($"<path class=\"limit\" d=\"{Path(limits, facts, plot, closed: false, steps: true)}\"/>");
        }

        html.Raw("</svg>\n");
        plot.TimeMarks(facts.Length);
        plot.End();
        html.Raw("<ul class=\"legend\"><li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><rect class=\"area\" width=\"22\" height=\"12\"/><path class=\"edge\" d=\"M0 1h22\"/></svg><span>At work</span></li>");
        html.Raw("<li><svg class=\"swatch\" width=\"22\" height=\"12\" aria-hidden=\"true\"><path class=\"limit\" d=\"M0 6h22\"/></svg>");
        html.Write($"<span>Limit{(above ? $" {Show.Number(limit)}, above the chart" : facts.Metrics.Count == 0 ? " (as set)" : string.Empty)}</span></li></ul>\n</figure>\n");
    }

    private static List<(double At, double Value)> Sampled(RunFacts facts)
    {
        // Of a long run each point is the highest of its samples: a mean would hide peaks.
        var points = new List<(double At, double Value)>();
        var per = (facts.Metrics.Count + MostPoints - 1) / MostPoints;
        foreach (var samples in facts.Metrics.Chunk(per))
        {
            points.Add((samples[0].Elapsed.TotalSeconds, samples.Max(static s => s.InFlight)));
        }

        return points;
    }

    private static List<(double At, double Value)> Counted(RunFacts facts)
    {
        const int bins = 100;
        var cell = facts.Length / bins;
        var busy = new double[bins];
        var any = false;
        foreach (var span in facts.Spans)
        {
            if (!span.Started)
            {
                continue;
            }

            any = true;
            var (from, to) = span.LastAttempt(facts.Length);
            var last = Math.Clamp((int)(to / cell), 0, bins - 1);
            for (var bin = Math.Clamp((int)(from / cell), 0, bins - 1); bin <= last; bin++)
            {
                busy[bin] += Math.Max(0, Math.Min(to, (bin + 1) * cell) - Math.Max(from, bin * cell)) / cell;
            }
        }

        return any ? [.. busy.Select((value, bin) => (bin * cell, value))] : [];
    }

    private static List<(double At, double Value)> Limits(RunFacts facts)
    {
        if (facts.Metrics.Count == 0)
        {
            return [(0, facts.Run.MaxConcurrency)];
        }

        var limits = new List<(double At, double Value)> { (0, facts.Metrics[0].Limit) };
        foreach (var sample in facts.Metrics)
        {
            if (sample.Limit != limits[^1].Value)
            {
                limits.Add((sample.Elapsed.TotalSeconds, sample.Limit));
            }
        }

        // A limit that never rests: what is left out is too fine to see.
        var per = (limits.Count + MostPoints - 1) / MostPoints;
        return per == 1 ? limits : [.. limits.Where((_, i) => i % per == 0)];
    }

    private static string Path(List<(double At, double Value)> points, RunFacts facts, Plot plot, bool closed, bool steps)
    {
        var path = new StringBuilder();
        double X(double at) => Math.Clamp(Math.Round(1000 * at / facts.Length, 1), 0, 1000);
        double Y(double value) => Math.Round(plot.Y(value), 1);
        path.Append(CultureInfo.InvariantCulture, $"M0 {(closed ? plot.Height : Y(points[0].Value))}");
        if (closed)
        {
            path.Append(CultureInfo.InvariantCulture, $"V{Y(points[0].Value)}");
        }

        foreach (var (at, value) in points)
        {
            path.Append(steps ? string.Create(CultureInfo.InvariantCulture, $"H{X(at)}V{Y(value)}") : string.Create(CultureInfo.InvariantCulture, $"L{X(at)} {Y(value)}"));
        }

        path.Append("H1000");
        if (closed)
        {
            path.Append(CultureInfo.InvariantCulture, $"V{plot.Height}z");
        }

        return path.ToString();
    }
}
