namespace BatchOps.Pdf;

/// <summary>What the tools may take at most: a guard against hostile and broken files.</summary>
public sealed record PdfLimits
{
    /// <summary>How long the pages of a file may take to be counted and measured.</summary>
    /// <value>Default 15 s.</value>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long each tool may work on one page. Waiting for a free process does not count.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long Tesseract may read one page.</summary>
    /// <value>Default 2 minutes.</value>
    public TimeSpan OcrTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Memory of one child process, in bytes: by prlimit where it is there, else watched.</summary>
    /// <value>Default 1 GB.</value>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>What one process may write as text or boxes, in bytes.</summary>
    /// <value>Default 64 MB.</value>
    public int TextBytes { get; init; } = 64 << 20;

    /// <summary>Pixels of a page's image: a page that would have more is drawn at a lower resolution.</summary>
    /// <value>Default 40 million.</value>
    public int ImagePixels { get; init; } = 40_000_000;

    /// <summary>Size of a file that comes as bytes or stream, in bytes.</summary>
    /// <value>Default 2 GB.</value>
    public long FileBytes { get; init; } = 2L << 30;
}
