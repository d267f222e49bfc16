namespace BatchOps.Slides;

/// <summary>What was made of a template for one record.</summary>
public sealed record DeckResult
{
    /// <summary>Full path of the deck; null when it was not written.</summary>
    public string? Path { get; init; }

    /// <summary>Full path of the copy of what was there before, when a deck was filled in place.</summary>
    public string? BackupPath { get; init; }

    /// <summary>Id of a Google presentation; null when it was deleted again, and of files.</summary>
    public string? PresentationId { get; init; }

    /// <summary>Address of a Google presentation.</summary>
    public string? Url { get; init; }

    /// <summary>Calls to Google that were sent for it, those of failed attempts included.</summary>
    public int Calls { get; init; }

    /// <summary>Calls among them that repeated one that had failed.</summary>
    public int Retries { get; init; }

    /// <summary>Size of a file, in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Tokens replaced by text, in all parts of the deck.</summary>
    public int TextReplaced { get; init; }

    /// <summary>Pictures placed.</summary>
    public int ImagesReplaced { get; init; }

    /// <summary>Notes pages written.</summary>
    public int NotesReplaced { get; init; }

    /// <summary>Every token that was found when the deck was read back.</summary>
    public IReadOnlyList<UnresolvedToken> Unresolved { get; init; } = [];

    /// <summary>One entry per slide, in the order of the deck.</summary>
    public IReadOnlyList<SlideResult> Slides { get; init; } = [];

    /// <summary>What each step took and did.</summary>
    public IReadOnlyList<DeckPhase> Phases { get; init; } = [];
}
