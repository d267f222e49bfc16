namespace BatchOps.Engine;

/// <summary>What a journal holds of an item that succeeded before.</summary>
/// <param name="Output">Its output; null when that is not to be handed out again.</param>
/// <param name="Attempts">Attempts that it took.</param>
/// <param name="FromResume">Whether it belongs to the batch that is resumed; else it came from the cache.</param>
/// <param name="IsSkipped">Whether it is not handed out again; its output stands where it was stored first.</param>
internal sealed record StoredOutcome(StoredValue? Output, int Attempts, bool FromResume, bool IsSkipped = false);
