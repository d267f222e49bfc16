namespace BatchOps.Emulators.Chat;

/// <summary>How a 429 says when to come back; several can be given at once.</summary>
[Flags]
public enum RetryHints
{
    None = 0,

    /// <summary><c>Retry-After: 7</c>, whole seconds, rounded up.</summary>
    Seconds = 1,

    /// <summary><c>Retry-After: Sun, 22 Nov 2026 21:00:00 GMT</c>, rounded up; instead of the seconds when both are given.</summary>
    Date = 2,

    /// <summary><c>retry-after-ms: 6500</c>.</summary>
    Milliseconds = 4,

    /// <summary>
    /// <c>x-ratelimit-reset-requests</c> and <c>-tokens</c>: <c>1s</c>, <c>6m0s</c>. As the service means them they say
    /// when <em>all</em> of a limit is free again, which is never sooner than needed.
    /// </summary>
    Reset = 8,
}
