namespace BatchOps.Pdf.Tools;

/// <summary>How a call of a tool ended.</summary>
internal enum ToolEnd
{
    /// <summary>The tool ended by itself.</summary>
    Exited,

    /// <summary>It was killed because it took too long.</summary>
    TimedOut,

    /// <summary>It was killed because it wrote too much.</summary>
    TooMuchOutput,

    /// <summary>It was killed because it took too much memory.</summary>
    TooMuchMemory,
}
