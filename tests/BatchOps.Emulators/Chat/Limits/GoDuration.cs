using System.Globalization;

namespace BatchOps.Emulators.Chat;

/// <summary>Durations as the service's headers write them: <c>17ms</c>, <c>1.5s</c>, <c>6m0s</c>, <c>1h0m30s</c>.</summary>
internal static class GoDuration
{
    /// <summary>Rounded up to whole milliseconds, so that nobody who waits that long comes too early.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)Math.Ceiling(duration.TotalMilliseconds);
        if (milliseconds is > 0 and < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        }

        var hours = milliseconds / 3_600_000;
        var minutes = milliseconds / 60_000 % 60;
        var seconds = milliseconds % 60_000 / 1000m;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(hours > 0 ? $"{hours}h" : "")}{(hours > 0 || minutes > 0 ? $"{minutes}m" : "")}{seconds:0.###}s");
    }
}
