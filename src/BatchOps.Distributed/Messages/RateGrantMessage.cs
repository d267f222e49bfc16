namespace BatchOps.Distributed;

/// <summary>A share of a limit. It lapses.</summary>
public sealed record RateGrantMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "rate-grant";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>The request that it answers.</summary>
    public required string Nonce { get; init; }

    /// <summary>How long the request waited for its turn, in seconds, by the clock of who grants.</summary>
    public required double HeldSeconds { get; init; }
}
