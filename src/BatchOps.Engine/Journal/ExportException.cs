namespace BatchOps.Engine;

/// <summary>Results could not be exported. What was at the target before is there unchanged.</summary>
public sealed class ExportException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What failed, and what to do about it.</param>
    /// <param name="inner">What SQLite or the file system said.</param>
    public ExportException(JournalFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>What kind of failure it is.</summary>
    public JournalFault Fault { get; }
}
