namespace BatchOps.Engine;

/// <summary>How an item ended. Every item that was read ends as exactly one of these.</summary>
public enum ItemStatus
{
    /// <summary>An attempt succeeded.</summary>
    Succeeded,

    /// <summary>The last attempt failed and no further one was allowed.</summary>
    Failed,

    /// <summary>A timeout or the run's deadline ended the item.</summary>
    TimedOut,

    /// <summary>The item was read but not finished because the run was canceled.</summary>
    Canceled,

    /// <summary>The item was read but never started: the run had stopped early, or waiting for admission took too long.</summary>
    Skipped,
}
