namespace BatchOps.Pdf.Tools;

/// <summary>Where the tools are looked for, and how many of them run at once.</summary>
public sealed record PdfToolsOptions
{
    /// <summary>The folders to look in, by full path and in this order. Null: those of PATH, then the usual ones of the system.</summary>
    public IReadOnlyList<string>? Folders { get; init; }

    /// <summary>How many child processes run at once, for all files that share the tools.</summary>
    /// <value>Default the number of processors.</value>
    public int MaxProcesses { get; init; } = Environment.ProcessorCount;

    /// <summary>What a child process may take.</summary>
    public PdfLimits Limits { get; init; } = new();

    /// <summary>Folder in which private folders are made.</summary>
    /// <value>Default the system's folder for temporary files.</value>
    public string? TempFolder { get; init; }

    /// <summary>Clock of all timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
