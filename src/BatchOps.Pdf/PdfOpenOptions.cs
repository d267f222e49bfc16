namespace BatchOps.Pdf;

/// <summary>How a file is opened.</summary>
public sealed record PdfOpenOptions
{
    /// <summary>Password that opens the file. It is never put on a command line: the file is decrypted into a private copy.</summary>
    public string? Password { get; init; }

    /// <summary>Name by which pages tell a file that comes as bytes or stream.</summary>
    /// <value>Default <c>document.pdf</c>.</value>
    public string Name { get; init; } = "document.pdf";
}
