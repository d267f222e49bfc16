namespace BatchOps.Slides.Pptx;

/// <summary>A cell of a workbook.</summary>
internal readonly record struct WorkbookCell(string Sheet, int Column, int Row);
