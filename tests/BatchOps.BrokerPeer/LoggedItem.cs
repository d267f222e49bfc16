namespace BatchOps.BrokerPeer;

/// <summary>What of an item the log tells.</summary>
public readonly record struct LoggedItem(string Identity, string Key, long Index);
