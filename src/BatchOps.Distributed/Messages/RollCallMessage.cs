namespace BatchOps.Distributed;

/// <summary>Asks all workers who they are and what they do.</summary>
public sealed record RollCallMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "roll";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <summary>Empty: it is about no batch.</summary>
    public string Batch { get; init; } = string.Empty;

    /// <summary>Tells answers to this call from those to others.</summary>
    public required string Nonce { get; init; }
}
