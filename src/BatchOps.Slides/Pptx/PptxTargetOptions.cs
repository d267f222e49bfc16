namespace BatchOps.Slides.Pptx;

/// <summary>How decks are written.</summary>
public sealed record PptxTargetOptions
{
    /// <summary>Whether a deck with tokens left in it is written all the same.</summary>
    /// <value>Default false: it fails and leaves nothing.</value>
    public bool AllowUnresolved { get; init; }

    /// <summary>Whether a deck replaces a file of its name.</summary>
    /// <value>Default true.</value>
    public bool Overwrite { get; init; } = true;
}
