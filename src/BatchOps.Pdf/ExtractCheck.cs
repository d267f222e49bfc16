using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf;

/// <summary>Finds what can't work before anything starts.</summary>
internal static class ExtractCheck
{
    public static void Check(PdfFile file, IReadOnlyList<int> pages, PdfExtractOptions options)
    {
        foreach (var page in pages)
        {
            PageRanges.Check(page, file.PageCount);
        }

        CheckDpi(options.ImageDpi, 10, nameof(options.ImageDpi));
        CheckDpi(options.OcrDpi, 72, nameof(options.OcrDpi));
        if ((options.Content & (PdfContent.Tables | PdfContent.Image)) != PdfContent.None || options.Ocr == PdfOcr.Always)
        {
            file.Tools.Require("pdftoppm");
        }

        if (options.OcrLanguages.Count == 0)
        {
            throw new ArgumentException("No language is given for OCR; give at least one, like 'eng'.", nameof(options));
        }

        if (options.Ocr == PdfOcr.Always)
        {
            file.Tools.Require("tesseract");
        }

        // Pages that need no OCR do not care; with Tesseract there, a wrong name is a mistake that wants to be known at once.
        if (options.Ocr != PdfOcr.Never && file.Tools.Tesseract is not null
            && options.OcrLanguages.Select(file.Tools.LanguageProblem).FirstOrDefault(problem => problem is not null) is { } missing)
        {
            throw PdfTools.Missing(missing);
        }
    }

    private static void CheckDpi(int dpi, int min, string name)
    {
        if (dpi < min || dpi > 1200)
        {
            throw new ArgumentOutOfRangeException(name, dpi, $"A resolution of {dpi} dpi is not possible; give {min} to 1200.");
        }
    }
}
