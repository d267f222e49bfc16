namespace BatchOps.Engine;

/// <summary>What changes in an item's row while the item is on its way.</summary>
internal struct JournalRow
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Retrying = "Retrying";

    /// <summary><see cref="Pending"/>, <see cref="Running"/>, <see cref="Retrying"/> or the name of an <see cref="ItemStatus"/>.</summary>
    public string Status;

    public OutcomeReason Reason;
    public int Attempts;
    public int Worker;

    /// <summary>Units of the usage limit that it holds or has spent.</summary>
    public double Usage;

    /// <summary>Number of the last submission to workers elsewhere.</summary>
    public long Epoch;

    /// <summary>How often it was started there since the last outcome of an attempt.</summary>
    public int Starts;

    /// <summary>Timestamp of the run's clock; <see cref="Clock.Never"/> while there is none.</summary>
    public long StartedAt;

    /// <inheritdoc cref="StartedAt"/>
    public long EndedAt;

    public TimeSpan Duration;
    public TimeSpan Waited;
    public bool FromCache;
    public Exception? Error;
    public StoredValue? Output;

    /// <summary>Whether the row says how the item ended.</summary>
    public readonly bool IsFinal => EndedAt != Clock.Never;

    /// <summary>Whether a worker that waits for the reservation may start once the row is written.</summary>
    public bool Reserves;
}
