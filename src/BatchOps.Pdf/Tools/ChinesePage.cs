namespace BatchOps.Pdf.Tools;

/// <summary>A page whose two characters can only be read with poppler-data: their encoding is named, not embedded.</summary>
internal static class ChinesePage
{
    public const string Text = "\u4e2d\u6587";

    // Without a table of offsets: Poppler makes one of what it finds.
    public const string Pdf = """
        %PDF-1.4
        1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
        2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
        3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</Font<</F 4 0 R>>>>/Contents 7 0 R>> endobj
        4 0 obj <</Type/Font/Subtype/Type0/BaseFont/S/Encoding/GBK-EUC-H/DescendantFonts[5 0 R]>> endobj
        5 0 obj <</Type/Font/Subtype/CIDFontType0/BaseFont/S/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 6 0 R>> endobj
        6 0 obj <</Type/FontDescriptor/FontName/S/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 800/StemV 80>> endobj
        7 0 obj <</Length 34>> stream
        BT /F 12 Tf 9 9 Td <D6D0CEC4> Tj ET
        endstream endobj
        trailer <</Root 1 0 R>>
        """;
}
