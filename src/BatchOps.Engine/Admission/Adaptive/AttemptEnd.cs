namespace BatchOps.Engine;

/// <summary>What a <see cref="LimitController"/> learns from. Times are seconds on the throttle's clock.</summary>
/// <param name="StartedAt">When the attempt started.</param>
/// <param name="Now">When it ended.</param>
/// <param name="Class">How it ended.</param>
/// <param name="Signal">What its failure said about the service's limit.</param>
/// <param name="InFlight">Attempts that are still at work.</param>
/// <param name="Ceiling">The highest limit that is allowed and of use.</param>
internal readonly record struct AttemptEnd(double StartedAt, double Now, OutcomeClass Class, LimitSignal Signal, int InFlight, int Ceiling)
{
    public double Seconds => Now - StartedAt;
}
