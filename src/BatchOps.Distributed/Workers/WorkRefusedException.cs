namespace BatchOps.Distributed;

/// <summary>A worker did not run an item: its operation is not allowed there, or its time was over. The message says why and what to do.</summary>
/// <param name="message">Why, and what to do.</param>
public sealed class WorkRefusedException(string message) : Exception(message);
