using System.Globalization;

namespace BatchOps.Engine;

/// <summary>Round marks along a scale that starts at 0.</summary>
internal static class Axis
{
    private static readonly double[] TimeSteps =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

    /// <summary>The smallest round step that needs no more than so many marks up to a value.</summary>
    public static double Step(double most, int marks)
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most / marks, 1e-9))));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5, 10])
        {
            if (step * factor * marks >= most * 0.999999)
            {
                return step * factor;
            }
        }

        return step * 10;
    }

    /// <summary>The same for seconds, in steps that clocks have.</summary>
    public static double TimeStep(double most, int marks)
    {
        if (most / marks < 1)
        {
            return Step(most, marks);
        }

        foreach (var step in TimeSteps)
        {
            if (step * marks >= most)
            {
                return step;
            }
        }

        return Math.Ceiling(most / marks / TimeSteps[^1]) * TimeSteps[^1];
    }

    public static string Mark(double value) => value >= 1000
        ? value.ToString("#,##0", CultureInfo.InvariantCulture)
        : value.ToString("0.######", CultureInfo.InvariantCulture);
}
