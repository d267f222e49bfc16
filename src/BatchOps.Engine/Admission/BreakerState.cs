namespace BatchOps.Engine;

/// <summary>State of a <see cref="BatchThrottle"/>'s circuit breaker.</summary>
public enum BreakerState
{
    /// <summary>Attempts start freely.</summary>
    Closed,

    /// <summary>Nothing starts until the break is over.</summary>
    Open,

    /// <summary>One probe is let through; its outcome decides.</summary>
    HalfOpen,
}
