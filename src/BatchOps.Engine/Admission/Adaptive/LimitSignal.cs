namespace BatchOps.Engine;

/// <summary>What a failed attempt said about the kind of limit that its service has.</summary>
public enum LimitSignal
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A limit on the rate: the answer had a Retry-After or rate-limit headers.</summary>
    Rate,

    /// <summary>A limit on what is at work at once: 503 without such headers, or a timeout.</summary>
    Concurrency,
}
