using BatchOps.Pdf.Images;

namespace BatchOps.Pdf.Tables;

internal static class TableFinder
{
    public const int Dpi = 144;

    public static IReadOnlyList<PdfTable> Find(IReadOnlyList<PdfWord> words, GrayRaster? raster, PdfPageInfo page, int number) => [];
}
