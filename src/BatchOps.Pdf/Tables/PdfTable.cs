namespace BatchOps.Pdf.Tables;

/// <summary>A table.</summary>
public sealed record PdfTable
{
}
