namespace BatchOps.Emulators.Limits;

/// <summary>How a limit a minute is measured.</summary>
public enum QuotaKind
{
    /// <summary>No window, wherever it starts, holds more than the limit: the strictest way.</summary>
    SlidingWindow,

    /// <summary>A bucket that holds a window's worth, is full at first and refills evenly: up to twice the limit in the first window.</summary>
    TokenBucket,
}
