namespace BatchOps.Distributed;

/// <summary>A worker's answer to a roll call.</summary>
public sealed record PresenceMessage : IMessage
{
    /// <inheritdoc/>
    public static string Kind => "presence";

    /// <inheritdoc/>
    public int Version { get; init; } = Message.FormatVersion;

    /// <summary>Empty: it is about no batch.</summary>
    public string Batch { get; init; } = string.Empty;

    /// <summary>The call that it answers.</summary>
    public required string Nonce { get; init; }

    /// <summary>Who it is.</summary>
    public required WorkerName Worker { get; init; }

    /// <summary>Most items that it has at work at once.</summary>
    public required int ThrottleLimit { get; init; }

    /// <summary>Items that it takes ahead of a free place, at present.</summary>
    public int ReadAhead { get; init; }

    /// <summary>When it started (UTC).</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Attempts that it has ended with success.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Attempts that it has ended without.</summary>
    public required long Failed { get; init; }

    /// <summary>Whether it takes nothing new because it is about to end.</summary>
    public required bool Draining { get; init; }

    /// <summary>Whether it is the one that shares out rate limits.</summary>
    public required bool SharesRates { get; init; }

    /// <summary>Partitions of serialised items that it serves.</summary>
    public required IReadOnlyList<int> Partitions { get; init; }

    /// <summary>What it holds: at work, or handed to it by the broker and waiting to start.</summary>
    public required IReadOnlyList<HeldItem> Items { get; init; }
}
