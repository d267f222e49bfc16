namespace BatchOps.Engine;

/// <summary>Finds how many attempts a service bears at once.</summary>
internal sealed class ConcurrencyController(LatencyWatch latency, DeliveredRate delivered) : CubicController(latency, delivered)
{
    private const double MinSeconds = 0.001;


    public override int Limit => Closed ? 1 : (int)Math.Clamp(Math.Round(Value == 0 ? InitialLimit : Value, MidpointRounding.AwayFromZero), 1, Ceiling);

    public override double? Rate => null;

    /// <summary>The rate that the window amounts to.</summary>
    public double SustainedRate => Plateau / Math.Max(Latency.Mean, MinSeconds);

    protected override double ExpectedRate => Value / Math.Max(Latency.Mean, MinSeconds);

    protected override double First(in AttemptEnd end) => InitialLimit;

    // Little's law. What is more than that at overload is a queue.
    public override double Of(double perSecond) => Math.Max(1, perSecond * Math.Min(Latency.Mean, LatencyWatch.OverloadRatio * Latency.Unloaded));

    // The one that was turned away was one too many.
    protected override double FirstPlateau(double perSecond, in AttemptEnd end) => Math.Max(1, end.InFlight);

    protected override bool Binds(in AttemptEnd end) => end.InFlight + 1 >= Limit && Limit < Ceiling;
}
