namespace BatchOps.Engine;

/// <summary>An item as a journal holds it.</summary>
public sealed record JournaledItem
{
    /// <summary>The run's id.</summary>
    public required Guid RunId { get; init; }

    /// <summary>The item's place in the run's input, from 0.</summary>
    public required long Index { get; init; }

    /// <summary>Batch, key and occurrence as a hash; null for an item without a key.</summary>
    public string? Identity { get; init; }

    /// <summary>The key; null when it was not kept.</summary>
    public string? Key { get; init; }

    /// <summary><c>Pending</c>, <c>Running</c>, <c>Retrying</c>, or the <see cref="ItemStatus"/> with which it ended.</summary>
    public required string Status { get; init; }

    /// <summary>Why, when it did not simply run to its end.</summary>
    public string? Reason { get; init; }

    /// <summary>Attempts that were started.</summary>
    public required int Attempts { get; init; }

    /// <summary>Number of the worker that had its last attempt, from 1; null when it never started.</summary>
    public int? Worker { get; init; }

    /// <summary>When it was read (UTC).</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>When its first attempt started (UTC).</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended (UTC); null while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Time that its attempts took; zero while it has not ended.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Time from <see cref="QueuedAt"/> to the end in which no attempt was at work.</summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>Whether the outcome was not made by running the item.</summary>
    public required bool FromCache { get; init; }

    /// <summary>Units of the usage limit that it holds or has spent.</summary>
    public required double Usage { get; init; }

    /// <summary>Why it failed, secrets redacted; null when it did not, or nothing was kept.</summary>
    public string? Error { get; init; }

    /// <summary>Type of the error; null when it did not fail.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The item itself as text; null unless <see cref="JournalContent.All"/> was kept.</summary>
    public string? Input { get; init; }

    /// <summary>Its output as text; null when there is none or it was not kept.</summary>
    public StoredValue? Output { get; init; }
}
