namespace BatchOps.Pdf;

/// <summary>A page as an image.</summary>
/// <param name="Format">How it is written.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record PdfImage(PdfImageFormat Format, int Width, int Height)
{
    /// <summary>The file's content; null when it was written to a folder.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>Full path of the file; null when no folder was given.</summary>
    public string? Path { get; init; }
}
