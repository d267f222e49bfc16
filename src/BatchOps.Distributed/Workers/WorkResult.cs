using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>How an attempt ended, as a worker's handler says.</summary>
public sealed record WorkResult
{
    /// <summary>What its end says.</summary>
    public required OutcomeClass Class { get; init; }

    /// <summary>What the failure said about the service's limit.</summary>
    public LimitSignal Signal { get; init; }

    /// <summary>How long the service asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What it yielded, as JSON of the operation's own form; null for nothing.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public ErrorMessage? Error { get; init; }
}
