namespace BatchOps.PowerShell.Workers;

/// <summary>The streams that are carried from a worker to the caller.</summary>
internal enum StreamKind
{
    Error,
    Warning,
    Verbose,
    Debug,
    Information,
}
