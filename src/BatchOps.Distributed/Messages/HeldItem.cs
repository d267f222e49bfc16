namespace BatchOps.Distributed;

/// <summary>An item that a worker holds.</summary>
public sealed record HeldItem
{
    /// <inheritdoc cref="IMessage.Batch"/>
    public required string Batch { get; init; }

    /// <summary>Which attempt.</summary>
    public required AttemptMessage Attempt { get; init; }

    /// <summary>The item's key; null when it has none.</summary>
    public string? Key { get; init; }

    /// <summary>What is done to it: a command's name, or the first of a script's hash.</summary>
    public required string Operation { get; init; }

    /// <summary>For how long it has been at work, in seconds; null while it waits to start.</summary>
    public double? Seconds { get; init; }
}
