namespace BatchOps.Pdf;

/// <summary>A page's size as it is seen, in points (1/72 inch), and how the file turns it.</summary>
/// <param name="Width">0 when unknown.</param>
/// <param name="Height">0 when unknown.</param>
/// <param name="Rotation">Clockwise: 0, 90, 180 or 270 degrees.</param>
public readonly record struct PdfPageInfo(double Width, double Height, int Rotation)
{
    /// <summary>False for a page that the file counts but does not hold, or that nobody could measure.</summary>
    public bool IsKnown => Width > 0 && Height > 0;
}
