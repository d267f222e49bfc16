namespace BatchOps.Distributed;

/// <summary>A worker asks the elected one for a share of a limit.</summary>
public sealed record RateRequestMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "rate-request";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>The limit, and the units that are asked for.</summary>
    public required RateMessage Rate { get; init; }

    /// <summary>Tells the answer to this request from those to others.</summary>
    public required string Nonce { get; init; }
}

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
