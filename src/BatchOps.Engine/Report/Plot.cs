namespace BatchOps.Engine;

/// <summary>
/// The frame of a chart: an image as wide as there is room, whose texts keep their size because places along it are
/// percentages.
/// </summary>
internal sealed class Plot
{
    private const double Top = 8;
    private readonly Markup _html;
    private readonly double _most;

    private Plot(Markup html, double height, double most)
    {
        _html = html;
        Height = height;
        _most = most;
    }

    /// <summary>The y of the base line.</summary>
    public double Height { get; }

    /// <summary>The height of a value.</summary>
    public double Tall(double value) => (Height - Top) * Math.Min(value / _most, 1);

    /// <summary>The y of a value.</summary>
    public double Y(double value) => Height - Tall(value);

    /// <summary>Starts a chart.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="label">What it shows, in words: for who can't see it.</param>
    /// <param name="most">The largest value.</param>
    /// <param name="mark">Writes a mark of the value axis.</param>
    public static Plot Start(Markup html, string label, double most, Func<double, string> mark)
    {
        const double height = 168;
        most = Math.Max(most, 1e-9);
        var step = Axis.Step(most, 4);
        var top = Math.Ceiling((most / step) - 1e-6) * step;
        var plot = new Plot(html, height, top);
        html.Write($"<svg class=\"plot\" width=\"100%\" height=\"{height + 24}\" role=\"img\" aria-label=\"{label}\">\n");
        for (var value = step; value <= top * 1.0001; value += step)
        {
            var y = plot.Y(value);
            html.Write($"<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/><text x=\"-8\" y=\"{y + 4}\" text-anchor=\"end\">{mark(value)}</text>\n");
        }

        return plot;
    }

    public void End()
    {
        _html.Write($"<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{Height}\" y2=\"{Height}\"/>\n");
        _html.Raw("</svg>\n");
    }

    /// <summary>Writes marks of time below.</summary>
    public void TimeMarks(double length) => TimeMarks(_html, length, Height, 5, string.Empty);

    /// <summary>Writes marks of time below a line.</summary>
    public static void TimeMarks(Markup html, double length, double y, int marks, string cssClass)
    {
        var step = Axis.TimeStep(length, marks);
        html.Write($"<g class=\"ticks {cssClass}\">");
        for (var i = 0; i * step <= length * 1.0001; i++)
        {
            var x = 100 * Math.Min(1, i * step / length);
            var anchor = i == 0 ? "start" : x > 94 ? "end" : "middle";
            html.Write($"<line x1=\"{x}%\" x2=\"{x}%\" y1=\"{y}\" y2=\"{y + 5}\"/><text x=\"{x}%\" y=\"{y + 19}\" text-anchor=\"{anchor}\">{(i == 0 ? "0" : Show.Seconds(i * step))}</text>");
        }

        html.Raw("</g>\n");
    }
}
