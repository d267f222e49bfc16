namespace BatchOps.Engine;

/// <summary>An item as the journal sees it: what it is, and what of it is still to be written.</summary>
/// <remarks>Its row is guarded by the journal's lock; the rest never changes.</remarks>
internal sealed class JournalItem(string? key, byte[]? keyHash, int occurrence, string? identity)
{
    /// <summary>The item on its way; set when it is posted.</summary>
    public Lease Lease { get; set; } = null!;

    public long Index => Lease.Index;

    /// <summary>The key as text; null for an item whose key could not be computed.</summary>
    public string? Key { get; } = key;

    public byte[]? KeyHash { get; } = keyHash;

    public int Occurrence { get; } = occurrence;

    /// <summary>Batch, key and occurrence as a hash.</summary>
    public string? Identity { get; } = identity;

    /// <summary>The item itself as JSON, when that is kept.</summary>
    public string? Input { get; init; }

    /// <summary>Units of the usage limit that a run that died held for it.</summary>
    public double HeldUsage { get; set; }

    /// <summary>What earlier runs left of it with workers elsewhere.</summary>
    public Submission Submission { get; set; }

    /// <summary>What is to be written.</summary>
    public JournalRow Row;

    /// <summary>Whether it waits for the writer, and somebody for it.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>Whether its progress waits to be written some time.</summary>
    public bool IsProgressing { get; set; }

    /// <summary>Whether it has a row in the file. Only the writer asks.</summary>
    public bool Inserted { get; set; }
}
