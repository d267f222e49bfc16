namespace BatchOps.Engine;

/// <summary>What is known of an item when it is posted, found out before the lock is taken.</summary>
internal readonly record struct Arrival<TOutput>()
{
    public ItemTraits Traits { get; init; } = ItemTraits.None;

    /// <summary>Batch, key and occurrence as a hash; null when nothing asked for it.</summary>
    public string? Identity { get; init; }

    /// <summary>The item in the journal; null without one.</summary>
    public JournalItem? Entry { get; init; }

    /// <summary>What the journal holds of an earlier success; null for none.</summary>
    public StoredOutcome? Stored { get; init; }

    /// <summary>The output in <see cref="Stored"/>.</summary>
    public TOutput? Output { get; init; }
}
