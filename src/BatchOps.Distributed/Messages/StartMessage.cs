namespace BatchOps.Distributed;

/// <summary>A worker says that an attempt is at work; sent when it has been so for a moment.</summary>
public sealed record StartMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "start";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>Which attempt.</summary>
    public required AttemptMessage Attempt { get; init; }

    /// <summary>Who has it.</summary>
    public required WorkerName Worker { get; init; }

    /// <summary>How long it was at work when this was sent, in seconds.</summary>
    public required double Seconds { get; init; }
}
