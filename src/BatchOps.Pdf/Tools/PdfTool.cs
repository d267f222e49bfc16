namespace BatchOps.Pdf.Tools;

/// <summary>A tool that was found.</summary>
/// <param name="Name">Its name, as <c>pdftotext</c>.</param>
/// <param name="Path">Its full path; it is never looked for again.</param>
/// <param name="Version">What it says its version is; null when it does not.</param>
public sealed record PdfTool(string Name, string Path, Version? Version);
