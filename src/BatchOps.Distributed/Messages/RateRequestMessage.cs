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
