namespace BatchOps.Slides;

/// <summary>How large a picture may be.</summary>
public sealed record ImageLimits
{
    /// <summary>Size of the file, in bytes.</summary>
    /// <value>Default 50 MB.</value>
    public int Bytes { get; init; } = 50 << 20;

    /// <summary>Width times height.</summary>
    /// <value>Default 100 million.</value>
    public long Pixels { get; init; } = 100_000_000;

    /// <summary>What the pictures that are kept for later decks may take together, in bytes.</summary>
    /// <value>Default 256 MB.</value>
    public long KeptBytes { get; init; } = 256L << 20;
}
