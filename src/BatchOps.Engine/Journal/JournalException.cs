namespace BatchOps.Engine;

/// <summary>A journal could not be opened or written. What was acknowledged before is in it.</summary>
public sealed class JournalException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What failed, and what to do about it.</param>
    /// <param name="inner">What SQLite or the file system said.</param>
    public JournalException(JournalFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>What kind of failure it is.</summary>
    public JournalFault Fault { get; }
}
