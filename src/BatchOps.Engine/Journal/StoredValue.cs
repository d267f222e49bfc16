namespace BatchOps.Engine;

/// <summary>A value as text.</summary>
/// <param name="Text">JSON.</param>
/// <param name="Lossy">Whether something of the value could not be kept.</param>
public readonly record struct StoredValue(string Text, bool Lossy);
