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

    /// <summary>Whether it writes messages when nothing is wrong.</summary>
    public bool IsChatty { get; init; }

    /// <summary>Folder in which it runs; null where this process does. Windows programs get names in it right, whatever its own is.</summary>
    public PrivateFolder? Folder { get; init; }

    /// <summary>Whether its output is files that it writes, in the order of their names: then it runs in a private folder for them.</summary>
    public bool WritesFiles { get; init; }
}
