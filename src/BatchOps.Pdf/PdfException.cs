namespace BatchOps.Pdf;

/// <summary>A file could not be opened, or what was asked of it makes no sense. Single pages never throw: they have a status.</summary>
public sealed class PdfException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="message">What it is about, what is wrong with it and what to do.</param>
    /// <param name="inner">What the file system said.</param>
    public PdfException(PdfFault fault, string message, Exception? inner = null)
        : base(message, inner)
    {
        Fault = fault;
    }

    /// <summary>What kind of failure it is.</summary>
    public PdfFault Fault { get; }
}
