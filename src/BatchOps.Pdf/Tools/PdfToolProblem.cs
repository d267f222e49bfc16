namespace BatchOps.Pdf.Tools;

/// <summary>Something that is missing or unfit, and what to do.</summary>
/// <param name="Component">What it is about: <c>Poppler</c>, <c>poppler-data</c>, <c>qpdf</c>, <c>Tesseract</c>.</param>
/// <param name="Message">What is wrong, and what does not work without it.</param>
/// <param name="IsRequired">Whether nothing works without it.</param>
/// <param name="Install">The install command by system: <c>Debian</c>, <c>Fedora</c>, <c>macOS</c>, <c>Windows</c>.</param>
public sealed record PdfToolProblem(string Component, string Message, bool IsRequired, IReadOnlyDictionary<string, string> Install)
{
    /// <summary>The install command of this system.</summary>
    public string InstallHere => ToolPackages.Here(Install);
}
