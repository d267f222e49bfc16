namespace BatchOps.Pdf;

/// <summary>How a page came out, from best to worst.</summary>
public enum PdfPageStatus
{
    /// <summary>All that was asked for, and no tool complained.</summary>
    Ok,

    /// <summary>Something came out, but a tool complained: it may be incomplete.</summary>
    Degraded,

    /// <summary>Something that was asked for could not be made.</summary>
    Failed,

    /// <summary>Something that was asked for took too long.</summary>
    TimedOut,
}
