namespace BatchOps.Emulators.Google;

/// <summary>How a refusal for a quota says when to come back; several can be given at once.</summary>
[Flags]
public enum QuotaHints
{
    None = 0,

    /// <summary>The header <c>Retry-After: 7</c>, whole seconds, rounded up.</summary>
    RetryAfter = 1,

    /// <summary>A detail <c>google.rpc.RetryInfo</c> with <c>retryDelay: "6.5s"</c>.</summary>
    RetryInfo = 2,

    /// <summary><c>window_start_time</c> in the metadata of the quota: the second since 1970 in which the minute began.</summary>
    WindowStart = 4,
}
