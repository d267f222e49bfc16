namespace BatchOps.Distributed;

/// <summary>A stated limit on starts, kept by all workers together.</summary>
public sealed record RateMessage
{
    /// <summary>The throttle whose limit it is: attempts of one scope share it.</summary>
    public required string Scope { get; init; }

    /// <summary>Most units in any window.</summary>
    public required double Permits { get; init; }

    /// <summary>The window, in seconds.</summary>
    public required double WindowSeconds { get; init; }

    /// <summary>Units that may be taken at once; 1 spreads them evenly.</summary>
    public required double Burst { get; init; }

    /// <summary>Units that this attempt takes.</summary>
    public required double Cost { get; init; }
}
