namespace BatchOps.Engine;

/// <summary>Points in time as <see cref="TimeProvider"/> timestamps, so that virtual time drives every wait.</summary>
internal readonly struct Clock(TimeProvider time)
{
    /// <summary>A point in time that never comes.</summary>
    public const long Never = long.MaxValue;

    public TimeProvider Provider => time;

    public long Now => time.GetTimestamp();

    public TimeSpan Between(long from, long to) => time.GetElapsedTime(from, to);

    /// <summary>The point <paramref name="span"/> after <paramref name="from"/>; <see cref="Never"/> for no span.</summary>
    public long After(long from, TimeSpan? span) =>
        span is { } value && from != Never ? AddTicks(from, value.TotalSeconds * time.TimestampFrequency) : Never;

    /// <summary>The point <paramref name="span"/> before <paramref name="to"/>.</summary>
    public long Before(long to, TimeSpan span) => to - (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>Seconds in one timestamp tick.</summary>
    public double TickSeconds => 1.0 / time.TimestampFrequency;

    /// <summary>A point in time in seconds, for reckoning with rates.</summary>
    public double ToSeconds(long at) => at * TickSeconds;

    /// <summary>The point in time nearest to <paramref name="seconds"/>.</summary>
    public long FromSeconds(double seconds) =>
        seconds * time.TimestampFrequency is var ticks && ticks >= Never ? Never : ticks <= long.MinValue ? long.MinValue : (long)Math.Round(ticks);

    // Rounded up: a wait must never end before its time.
    private static long AddTicks(long from, double ticks) =>
        ticks >= Never - (double)from ? Never : from + (long)Math.Ceiling(ticks);
}
