using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchOps.Engine;

/// <summary>So many units in a window of time, such as <c>600/min</c>.</summary>
/// <param name="Permits">Units that the service allows in one window; more than 0.</param>
/// <param name="Window">Length of the window; more than 0.</param>
public sealed partial record RateLimit(double Permits, TimeSpan Window)
{
    /// <summary>The share of the limit that is used.</summary>
    /// <value>More than 0, at most 1; default 0.8.</value>
    public double Share { get; init; } = 0.8;

    /// <summary>Units that may be taken at once after a pause.</summary>
    /// <value>1 or more, and at most the used share of the limit; default 1.</value>
    public double Burst { get; init; } = 1;

    /// <summary>Units that may be taken in any one window: <c>Permits * Share</c>.</summary>
    public double Used => Permits * Share;

    /// <summary>Reads a limit such as <c>600/min</c>, <c>10/s</c>, <c>5000/hour</c>, <c>100/10s</c> or <c>1/day</c>.</summary>
    /// <param name="text">Units, a slash and a window.</param>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static RateLimit Parse(string text) =>
        TryParse(text, out var rate)
            ? rate
            : throw new FormatException($"'{text}' is not a rate limit. Write units, a slash and a window: '10/s', '600/min', '5000/hour', '100/10s', '1000/day'.");

    /// <summary>Reads a limit as <see cref="Parse"/> does.</summary>
    /// <param name="text">Units, a slash and a window.</param>
    /// <param name="rate">The limit, when the text is of that form.</param>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RateLimit? rate)
    {
        rate = null;
        var match = Form().Match(text ?? string.Empty);
        if (!match.Success)
        {
            return false;
        }

        var permits = double.Parse(match.Groups["permits"].ValueSpan, CultureInfo.InvariantCulture);
        var count = match.Groups["count"] is { Success: true } group ? double.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 1;
        var seconds = count * match.Groups["unit"].Value.ToLowerInvariant()[0] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => 86400,
        };
        if (permits <= 0 || !double.IsFinite(permits) || seconds <= 0 || seconds > TimeSpan.FromDays(366).TotalSeconds)
        {
            return false;
        }

        rate = new RateLimit(permits, TimeSpan.FromSeconds(seconds));
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Permits}/{Window.TotalSeconds}s");

    internal void Validate(string name, ICollection<string> errors)
    {
        if (!double.IsFinite(Permits) || Permits <= 0 || Window <= TimeSpan.Zero)
        {
            errors.Add($"{name} is {this}; units and window must both be more than 0.");
        }

        if (Share is not (> 0 and <= 1))
        {
            errors.Add($"{name} uses a share of {Share}; it must be more than 0 and at most 1.");
        }

        if (!(Burst >= 1))
        {
            errors.Add($"{name} has a burst of {Burst}; it must be 1 or more.");
        }
        else if (Burst > 1 && Burst > Used)
        {
            errors.Add($"{name} has a burst of {Burst}, above the used share of the limit ({Used:0.###} of {Permits} in {Window.TotalSeconds} s); lower RateBurst or raise RateLimitShare.");
        }
    }

    [GeneratedRegex(@"^\s*(?<permits>[0-9]+(\.[0-9]+)?)\s*/\s*(?<count>[0-9]+(\.[0-9]+)?)?\s*(?<unit>s|sec|secs|second|seconds|m|min|mins|minute|minutes|h|hr|hour|hours|d|day|days)\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
