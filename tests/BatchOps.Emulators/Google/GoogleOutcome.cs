namespace BatchOps.Emulators.Google;

/// <summary>How a request ended.</summary>
internal enum GoogleOutcome
{
    Ok,
    Throttled,
    Refused,
    Failed,
    Dropped,
    Stalled,
    Abandoned,
}
