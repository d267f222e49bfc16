namespace BatchOps.Engine;

/// <summary>How an item stands in a report: its status, told apart by whether it was run for it.</summary>
internal enum ReportedOutcome
{
    Succeeded,
    FromCache,
    Failed,
    TimedOut,
    Canceled,
    Skipped,
    Unfinished,
}
