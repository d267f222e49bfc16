namespace BatchOps.Distributed;

/// <summary>The elected worker says to those after it that it has begun to share out a limit.</summary>
public sealed record RateClaimMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "rate-claim";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <inheritdoc cref="RateMessage.Scope"/>
    public required string Scope { get; init; }

    /// <summary>Who claims it: random, new with each connection of a worker.</summary>
    public required string Claimant { get; init; }
}
