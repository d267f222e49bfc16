using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace BatchOps.Pdf.Tests;

/// <summary>Writes small PDF files: text in standard fonts, lines, areas, images.</summary>
internal sealed class PdfWriter
{
    private readonly List<Page> _pages = [];

    public IReadOnlyList<Page> Pages => _pages;

    /// <summary>Adds a page. Sizes in points, as it is seen; <paramref name="rotate"/> is how the file turns it for that.</summary>
    public Page AddPage(double width = 595, double height = 842, int rotate = 0)
    {
        var page = new Page(width, height, rotate);
        _pages.Add(page);
        return page;
    }

    public byte[] ToArray()
    {
        var objects = new List<byte[]> { Latin("<</Type/Catalog/Pages 2 0 R>>"), Array.Empty<byte>() };
        var fonts = new StringBuilder();
        foreach (var font in PdfFont.All)
        {
            objects.Add(Latin($"<</Type/Font/Subtype/Type1/BaseFont/{font.Name}/Encoding/WinAnsiEncoding>>"));
            fonts.Append(CultureInfo.InvariantCulture, $"/{font.Name} {objects.Count} 0 R");
        }

        var kids = new StringBuilder();
        foreach (var page in _pages)
        {
            var images = new StringBuilder();
            foreach (var (image, index) in page.Images.Select((image, index) => (image, index)))
            {
                objects.Add(image);
                images.Append(CultureInfo.InvariantCulture, $"/Im{index} {objects.Count} 0 R");
            }

            objects.Add(StreamObject(string.Empty, Latin(page.Turn + page.Content)));
            objects.Add(Latin(F($"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {(page.Rotate % 180 == 90 ? page.Height : page.Width)} {(page.Rotate % 180 == 90 ? page.Width : page.Height)}]{page.CropBox}/Rotate {(page.IsSideways ? 0 : page.Rotate)}/Contents {objects.Count} 0 R/Resources<</Font<<{fonts}>>/XObject<<{images}>>>>>>")));
            kids.Append(CultureInfo.InvariantCulture, $"{objects.Count} 0 R ");
        }

        objects[1] = Latin(F($"<</Type/Pages/Kids[{kids}]/Count {_pages.Count}>>"));
        return Assemble(objects);
    }

    /// <summary>Makes a file of its objects, the first of which is the catalog.</summary>
    public static byte[] Assemble(IReadOnlyList<byte[]> objects)
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        file.Write("%PDF-1.4\n"u8);
        foreach (var (content, index) in objects.Select((content, index) => (content, index)))
        {
            offsets.Add(file.Length);
            file.Write(Latin(F($"{index + 1} 0 obj\n")));
            file.Write(content);
            file.Write("\nendobj\n"u8);
        }

        var table = file.Length;
        file.Write(Latin(F($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n")));
        offsets.ForEach(offset => file.Write(Latin(F($"{offset:0000000000} 00000 n \n"))));
        file.Write(Latin(F($"trailer <</Size {objects.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n")));
        return file.ToArray();
    }

    public static byte[] StreamObject(string entries, byte[] data) => [.. Latin(F($"<<{entries}/Length {data.Length}>>stream\n")), .. data, .. "\nendstream"u8];

    public static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private static string F(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A page; all places are in points from its upper left corner.</summary>
    internal sealed class Page(double width, double height, int rotate)
    {
        public double Width => width;

        public double Height => height;

        public int Rotate => rotate;

        /// <summary>Draws the page so that it is upright when a reader turns it.</summary>
        public string Turn => rotate switch
        {
            90 => F($"0 1 -1 0 {height} 0 cm\n"),
            180 => F($"-1 0 0 -1 {width} {height} cm\n"),
            270 => F($"0 -1 1 0 0 {width} cm\n"),
            _ => string.Empty,
        };

        /// <summary>Leaves the page as it lies, so that its text runs up (90) or down (270).</summary>
        public bool IsSideways { get; set; }

        public string CropBox { get; private set; } = string.Empty;

        public StringBuilder Content { get; } = new();

        public List<byte[]> Images { get; } = [];

        /// <summary>Writes text; <paramref name="baseline"/> is where its letters stand on.</summary>
        public Page Text(double left, double baseline, string text, double size = 10, PdfFont? font = null, double gray = 0)
        {
            var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("(", "\\(", StringComparison.Ordinal).Replace(")", "\\)", StringComparison.Ordinal);
            Content.Append(F($"{gray} g BT /{(font ?? PdfFont.Helvetica).Name} {size} Tf {left:0.###} {height - baseline:0.###} Td ({escaped}) Tj ET\n"));
            return this;
        }

        public Page Line(double x1, double y1, double x2, double y2, double thickness = 0.5, double gray = 0, string dash = "")
        {
            Content.Append(F($"q {gray} G {thickness} w [{dash}] 0 d {x1:0.###} {height - y1:0.###} m {x2:0.###} {height - y2:0.###} l S Q\n"));
            return this;
        }

        public Page Fill(double left, double top, double right, double bottom, double gray)
        {
            Content.Append(F($"q {gray} g {left:0.###} {height - bottom:0.###} {right - left:0.###} {bottom - top:0.###} re f Q\n"));
            return this;
        }

        public Page Crop(double left, double top, double right, double bottom)
        {
            CropBox = F($"/CropBox[{left} {height - bottom} {right} {height - top}]");
            return this;
        }

        /// <summary>Fills the page with an image in shades of grey.</summary>
        public Page GrayImage(int pixelWidth, int pixelHeight, ReadOnlySpan<byte> pixels)
        {
            using var packed = new MemoryStream();
            using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest))
            {
                deflate.Write(pixels);
            }

            return Image(F($"/Width {pixelWidth}/Height {pixelHeight}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode"), packed.ToArray());
        }

        /// <summary>Fills the page with a JPEG.</summary>
        public Page Jpeg(PdfImage image) => Image(F($"/Width {image.Width}/Height {image.Height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"), image.Bytes!);

        private Page Image(string entries, byte[] data)
        {
            Content.Append(F($"q {width} 0 0 {height} 0 0 cm /Im{Images.Count} Do Q\n"));
            Images.Add(StreamObject("/Type/XObject/Subtype/Image" + entries, data));
            return this;
        }
    }
}
