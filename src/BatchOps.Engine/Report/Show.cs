using System.Globalization;

namespace BatchOps.Engine;

/// <summary>Figures and texts as a report shows them: the same in every culture.</summary>
internal static class Show
{
    private const string NarrowSpace = "\u202F";

    public static string Count(long value) => value.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>A number with three significant digits, or all before the point.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.01 or 0 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    /// <summary>A share of 0 to 1. What is not all never reads 100 %, and what is not nothing never 0 %.</summary>
    public static string Percent(double share)
    {
        var percent = share * 100;
        var text = percent switch
        {
            > 0 and < 0.1 => "< 0.1",
            > 99.9 and < 100 => "> 99.9",
            _ => percent.ToString("0.#", CultureInfo.InvariantCulture),
        };
        return $"{text}{NarrowSpace}%";
    }

    public static string Percent(long part, long whole) => whole == 0 ? "–" : Percent((double)part / whole);

    /// <summary>A span of time in its two largest units.</summary>
    public static string Seconds(double seconds)
    {
        switch (seconds)
        {
            case <= 0:
                return "0" + NarrowSpace + "s";
            case < 0.001:
                return Invariant($"{seconds * 1000:0.##}{NarrowSpace}ms");
            case < 0.9995:
                return Invariant($"{seconds * 1000:0}{NarrowSpace}ms");
            case < 9.995:
                return Invariant($"{seconds:0.##}{NarrowSpace}s");
            case < 59.95:
                return Invariant($"{seconds:0.#}{NarrowSpace}s");
            default:
                var whole = TimeSpan.FromSeconds(Math.Round(seconds));
                return whole switch
                {
                    { TotalHours: < 1 } => Two(whole.Minutes, "min", whole.Seconds, "s"),
                    { TotalDays: < 1 } => Two(whole.Hours, "h", whole.Minutes, "min"),
                    _ => Two(whole.Days, "d", whole.Hours, "h"),
                };
        }
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A text of the run as it may be shown: secrets taken out first, then cut.</summary>
    public static string Data(string text, int most)
    {
        // A cut could halve a secret, so there is a wide margin between what is looked at and what is shown.
        var looked = text.Length > most + 4000 ? text[..(most + 4000)] : text;
        var shown = Redactor.Redact(looked).Trim();
        if (shown.Length <= most)
        {
            return shown;
        }

        var end = char.IsHighSurrogate(shown[most - 1]) ? most - 1 : most;
        return shown[..end] + "…";
    }

    /// <summary>What an item is called: its key, or its place in the input.</summary>
    public static string Name(JournaledItem item, int most) =>
        string.IsNullOrWhiteSpace(item.Key) || KeyText.Of(item.Key) is not { } key || string.IsNullOrWhiteSpace(key) ? $"Item {Count(item.Index)}" : Data(key, most);

    /// <summary>Text of unknown direction among ours, where no element can isolate it.</summary>
    public static string Isolated(string text) => $"\u2068{text}\u2069";

    public static string Status(JournaledRun run) => run.Status switch
    {
        "Running" => "at work",
        var other => Words(other),
    };

    /// <summary><c>RateLimitHits</c> or <c>rateLimitHits</c> as words: <c>rate limit hits</c>.</summary>
    public static string Words(string name)
    {
        var words = new System.Text.StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && !char.IsUpper(name[i - 1]))
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }

    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Two(int large, string largeUnit, int small, string smallUnit) => small == 0
        ? Invariant($"{large}{NarrowSpace}{largeUnit}")
        : Invariant($"{large}{NarrowSpace}{largeUnit} {small}{NarrowSpace}{smallUnit}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
