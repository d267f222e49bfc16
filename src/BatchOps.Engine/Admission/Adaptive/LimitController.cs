namespace BatchOps.Engine;

/// <summary>Decides from the ends of attempts how many may be at work at once, and how fast they may start.</summary>
/// <remarks>Times are seconds on the throttle's clock. Guarded by the throttle's lock.</remarks>
internal abstract class LimitController
{
    /// <summary>Most attempts at once; 1 or more.</summary>
    public abstract int Limit { get; }

    /// <summary>Starts per second; null when starts are not paced.</summary>
    public abstract double? Rate { get; }

    /// <summary>When the next attempt may start; now or earlier means at once.</summary>
    public abstract double ReadyAt(double now);

    /// <summary>Notes that an attempt starts.</summary>
    public abstract void Start(double now);

    /// <summary>Learns from an attempt's end.</summary>
    public abstract void End(in AttemptEnd end);
}
