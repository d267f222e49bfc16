namespace BatchOps.Slides;

/// <summary>What a template may hold at most: a guard against archives that unpack to more than the machine has.</summary>
public sealed record DeckLimits
{
    /// <summary>Size of a template file, in bytes.</summary>
    /// <value>Default 500 MB.</value>
    public long FileBytes { get; init; } = 500L << 20;

    /// <summary>What all entries of a template unpack to, in bytes.</summary>
    /// <value>Default 1 GB.</value>
    public long UnpackedBytes { get; init; } = 1L << 30;

    /// <summary>What one XML part unpacks to, in bytes.</summary>
    /// <value>Default 64 MB.</value>
    public int XmlPartBytes { get; init; } = 64 << 20;

    /// <summary>Entries of the archive.</summary>
    /// <value>Default 20,000.</value>
    public int Entries { get; init; } = 20_000;

    /// <summary>How deep elements may nest in an XML part.</summary>
    /// <value>Default 256.</value>
    public int XmlDepth { get; init; } = 256;

    /// <summary>Slides of a filled deck, repeats included.</summary>
    /// <value>Default 5,000.</value>
    public int Slides { get; init; } = 5_000;
}
