namespace BatchOps.Engine;

/// <summary>What an attempt's end says about the item and about the service behind it.</summary>
public enum OutcomeClass
{
    /// <summary>The operation did its work.</summary>
    Success,

    /// <summary>The service or the way to it failed (408, 5xx, network, timeout): worth another attempt, counts against the breaker.</summary>
    Transient,

    /// <summary>The service said "too many" (429, a quota's 403): worth another attempt, neutral to the breaker.</summary>
    Throttled,

    /// <summary>The item itself is at fault (another 4xx, a script error): no further attempt; proves the service alive.</summary>
    ItemFault,

    /// <summary>The attempt was told to stop.</summary>
    Canceled,
}
