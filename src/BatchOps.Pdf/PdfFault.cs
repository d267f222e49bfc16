namespace BatchOps.Pdf;

/// <summary>Why a file, or what was asked of it, could not be worked on at all.</summary>
public enum PdfFault
{
    /// <summary>A tool that the work needs is not installed, too old or does not start.</summary>
    ToolMissing,

    /// <summary>There is no such file, or it can't be read.</summary>
    NotFound,

    /// <summary>The file has no content.</summary>
    Empty,

    /// <summary>The file is no PDF.</summary>
    NotAPdf,

    /// <summary>The file is broken beyond reading.</summary>
    Damaged,

    /// <summary>The file is protected and no password was given.</summary>
    PasswordMissing,

    /// <summary>The password does not open the file.</summary>
    PasswordWrong,

    /// <summary>The pages could not be counted in time.</summary>
    TimedOut,

    /// <summary>The file is beyond the limits.</summary>
    TooLarge,

    /// <summary>A page was asked for that the file does not have, or the range can't be read.</summary>
    PageRange,
}
