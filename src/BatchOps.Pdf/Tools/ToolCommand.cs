namespace BatchOps.Pdf.Tools;

/// <summary>One call of a tool.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Arguments">Its arguments, each handed over as it is: no shell reads them.</param>
/// <param name="Timeout">How long it may run.</param>
/// <param name="MaxOutput">What it may write to its standard output, in bytes.</param>
internal sealed record ToolCommand(PdfTool Tool, IReadOnlyList<string> Arguments, TimeSpan Timeout, long MaxOutput)
{
    /// <summary>What it reads from its standard input.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Where it runs, by full path; null where this process does. Windows programs get names in it right whatever the folder's is.</summary>
    public string? Folder { get; init; }
}
