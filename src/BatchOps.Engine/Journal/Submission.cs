namespace BatchOps.Engine;

/// <summary>What a journal knows of an item that earlier runs of the batch handed to workers elsewhere.</summary>
/// <param name="Epoch">Number of the last submission; 0 for none.</param>
/// <param name="Starts">How often it was started since the last outcome of an attempt.</param>
/// <param name="IsOpen">Whether nothing is known of how the last submission ended.</param>
internal readonly record struct Submission(long Epoch, int Starts, bool IsOpen);
