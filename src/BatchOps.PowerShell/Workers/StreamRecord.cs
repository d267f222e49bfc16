namespace BatchOps.PowerShell.Workers;

/// <summary>A record that an item wrote to a stream other than output.</summary>
/// <param name="Stream">Which stream.</param>
/// <param name="Record">The original record, with its original position.</param>
internal readonly record struct StreamRecord(StreamKind Stream, object Record);
