namespace BatchOps.Pdf.Tables;

/// <summary>A cell of a table.</summary>
/// <param name="Row">Its first row, from 0.</param>
/// <param name="Column">Its first column, from 0.</param>
/// <param name="RowSpan">How many rows it takes.</param>
/// <param name="ColumnSpan">How many columns it takes.</param>
/// <param name="Text">Its text, lines joined by a space; empty when there is none.</param>
public sealed record PdfTableCell(int Row, int Column, int RowSpan, int ColumnSpan, string Text);
