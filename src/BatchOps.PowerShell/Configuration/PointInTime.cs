using System.Globalization;
using System.Management.Automation;

namespace BatchOps.PowerShell.Configuration;

/// <summary>Reads a point in the past from what a user says: a date, or how long ago.</summary>
internal static class PointInTime
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("min", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    /// <summary>The point in time.</summary>
    /// <param name="parameter">Name of the parameter.</param>
    /// <param name="value">A DateTime (local unless it says otherwise), DateTimeOffset or TimeSpan, or text of one, or such as <c>30d</c>, <c>12h</c>.</param>
    /// <param name="now">The time that a span counts back from.</param>
    /// <exception cref="BatchArgumentException">It is something else.</exception>
    public static DateTimeOffset Of(string parameter, object value, DateTimeOffset now)
    {
        value = value is PSObject wrapped ? wrapped.BaseObject : value;
        var point = value switch
        {
            DateTime time => new DateTimeOffset(time),
            DateTimeOffset time => time,
            TimeSpan span => Before(now, span),
            string text => Parse(text.Trim(), now),

            // What PowerShell makes of 30d without quotes.
            decimal days => Before(now, (double)days, TimeSpan.FromDays(1)),

            // A bare number would be ticks to PowerShell and days to whoever typed it.
            _ => null,
        };
        return point ?? throw new BatchArgumentException(
            $"{parameter}Invalid",
            $"-{parameter} is '{value}', which is no time. Give a date such as '2026-01-31', a span such as '30d', '12h' or '90min', or a [datetime] or [timespan].",
            value);
    }

    private static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        foreach (var (unit, length) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var count))
            {
                return Before(now, count, length);
            }
        }

        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span))
        {
            return Before(now, span);
        }

        return text.Any(static c => !char.IsAsciiDigit(c)) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time : null;
    }

    private static DateTimeOffset? Before(DateTimeOffset now, double count, TimeSpan length) =>
        count * length.TotalDays < (now.UtcDateTime - DateTime.MinValue).TotalDays ? Before(now, count * length) : null;

    private static DateTimeOffset? Before(DateTimeOffset now, TimeSpan span) => span >= TimeSpan.Zero && span < now.UtcDateTime - DateTime.MinValue ? now - span : null;
}
