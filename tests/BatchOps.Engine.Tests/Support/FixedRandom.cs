namespace BatchOps.Engine.Tests.Support;

/// <summary>Jitter that a test can reckon with: always the same share of the ceiling.</summary>
internal sealed class FixedRandom(double value = 0.5) : Random
{
    public override double NextDouble() => value;

    protected override double Sample() => value;
}
