namespace BatchOps.Emulators.Chat;

/// <summary>How a request ended.</summary>
internal enum ChatOutcome
{
    Ok,
    Rejected429,
    Failed5xx,
    Dropped,
    Broken,
    Refused4xx,
    Abandoned,
}
