using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>How an attempt ended, on its way back to the submitter.</summary>
public sealed record ResultMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "result";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <inheritdoc/>
    public required string Batch { get; init; }

    /// <summary>Which attempt.</summary>
    public required AttemptMessage Attempt { get; init; }

    /// <summary>Who had it.</summary>
    public required WorkerName Worker { get; init; }

    /// <summary>What its end says.</summary>
    public required OutcomeClass Class { get; init; }

    /// <summary>What the failure said about the service's limit.</summary>
    public LimitSignal Signal { get; init; }

    /// <summary>How long the service asked to wait, in seconds; null when it did not.</summary>
    public double? RetryAfterSeconds { get; init; }

    /// <summary>How long the attempt took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether it was ended for taking longer than <see cref="WorkMessage.AttemptSeconds"/>.</summary>
    public bool TimedOut { get; init; }

    /// <summary>What it yielded, as JSON of the operation's own form; null for nothing.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public ErrorMessage? Error { get; init; }
}
