namespace BatchOps.Engine;

/// <summary>What the caller knows of an item beyond its value; computed at intake, on the caller's thread.</summary>
public readonly record struct ItemTraits
{
    /// <summary>Traits of an item that has none of its own.</summary>
    public static ItemTraits None => new();

    /// <summary>Creates traits with a rate cost of 1.</summary>
    public ItemTraits()
    {
    }

    /// <summary>What makes two items the same work; null when no option needs it.</summary>
    public object? Key { get; init; }

    /// <summary>Items of one value never run at the same time; null for no such bond.</summary>
    public object? SerializeBy { get; init; }

    /// <summary>Units of the throttle's rate limit that each attempt takes.</summary>
    /// <value>0 or more; default 1.</value>
    public double RateCost { get; init; } = 1;

    /// <summary>Units of <see cref="BatchOptions.UsageLimit"/> that the item takes.</summary>
    /// <value>0 or more; default 1.</value>
    public double UsageCost { get; init; } = 1;

    /// <summary>Why the item can't run at all (its key could not be computed); it ends as failed without running.</summary>
    public Exception? Fault { get; init; }
}
