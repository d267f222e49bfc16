using System.Globalization;

namespace BatchOps.Engine;

/// <summary>Times as a journal writes them: UTC, ISO 8601, milliseconds. They sort as text, and SQLite's date functions read them.</summary>
internal static class JournalTime
{
    /// <summary>Characters, and bytes in UTF-8, of a time.</summary>
    public const int Length = 24;

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Writes a time as UTF-8.</summary>
    public static void Write(DateTimeOffset time, Span<byte> text) => time.UtcDateTime.TryFormat(text, out _, Format, CultureInfo.InvariantCulture);

    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.ParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static DateTimeOffset? ReadOrNull(string? text) => text is null ? null : Read(text);
}
