using System.Management.Automation;
using BatchOps.Pdf;

namespace BatchOps.PowerShell.Pages;

/// <summary>A page as the pipeline got it.</summary>
/// <param name="Result">Its object.</param>
/// <param name="Page">What was extracted; null when a journal held the object.</param>
internal sealed record PageOutput(PSObject Result, PdfPage? Page);
