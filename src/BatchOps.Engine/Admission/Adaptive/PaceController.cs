namespace BatchOps.Engine;

/// <summary>Finds the rate that a service sustains: paces starts, with just enough concurrency not to be in the way.</summary>
internal sealed class PaceController(LatencyWatch latency, DeliveredRate delivered) : CubicController(latency, delivered)
{
    // More than is delivered is asked for only so far: growth waits for its effect to be seen.
    private const double MaxLead = 1.5;

    // A timer fires late by up to its resolution; what was missed meanwhile is caught up on.
    private const double TimerResolution = 0.016;

    private const double MinRate = 0.01;
    private const double MinSeconds = 0.001;

    private double _nextAt = double.NegativeInfinity;

    public override int Limit => Math.Min(Ceiling, Closed ? 1 : Value == 0 ? InitialLimit : (int)Math.Min(int.MaxValue, Math.Ceiling(2 * Value * Latency.Unloaded) + 1));

    public override double? Rate => Closed ? ProbesPerSecond : Value == 0 ? null : Math.Max(MinRate, Value);

    /// <summary>Attempts at once that the rate amounts to.</summary>
    public double SustainedConcurrency => Math.Max(1, Plateau * Latency.Mean);

    protected override double ExpectedRate => Value;

    public override double ReadyAt(double now) => Closed ? ProbeAt : _nextAt;

    public override void Start(double now)
    {
        base.Start(now);
        if (Value > 0)
        {
            _nextAt = Math.Max(_nextAt, now - TimerResolution) + (1 / Math.Max(MinRate, Value));
        }
    }

    protected override double First(in AttemptEnd end) => InitialLimit / Math.Max(end.Seconds, MinSeconds);

    public override double Of(double perSecond) => Math.Max(MinRate, perSecond);

    protected override double FirstPlateau(double perSecond, in AttemptEnd end) => Of(perSecond);

    protected override bool Binds(in AttemptEnd end) => Value <= MaxLead * Delivered.PerSecond;
}
