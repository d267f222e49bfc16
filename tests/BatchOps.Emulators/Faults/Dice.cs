namespace BatchOps.Emulators.Faults;

/// <summary>
/// Decides by chance that can be repeated: what a request meets depends on the seed, on its body and on how often that body
/// was let in before, not on the order in which requests happen to arrive.
/// </summary>
internal readonly struct Dice(ulong seed, ulong body, int occurrence)
{
    public bool Falls(double rate, Chance chance) => Roll(chance) < rate;

    /// <summary>0 to below 1.</summary>
    public double Roll(Chance chance) => (Mix(Mix(Mix(seed) + body) + (((ulong)occurrence << 8) | (ulong)chance)) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}

/// <summary>What is decided by chance.</summary>
internal enum Chance
{
    Latency,
    Throttle,
    Fail,
    Drop,
    Slow,
    Broken,
    Cut,
    Fault,
    Endless,
}
