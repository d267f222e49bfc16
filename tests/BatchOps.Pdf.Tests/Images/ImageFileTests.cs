using BatchOps.Pdf.Images;
using BatchOps.Pdf.Tools;

namespace BatchOps.Pdf.Tests.Images;

public sealed class ImageFileTests
{
    [Theory]
    [InlineData(PdfImageFormat.Jpeg, "-jpeg")]
    [InlineData(PdfImageFormat.Png, "-png")]
    public async Task Split_ImagesThatFollowEachOther_EachAsItIsDrawnAlone(PdfImageFormat format, string option)
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        var noise = new Random(7);
        var pixels = new byte[300 * 200];
        noise.NextBytes(pixels);
        writer.AddPage(300, 200).GrayImage(300, 200, pixels);
        writer.AddPage(100, 400).Text(10, 50, "second");
        writer.AddPage(200, 200);
        using var file = await PdfFile.OpenAsync(bench.Tools, writer.ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        var command = new ToolCommand(bench.Tools.Require("pdftoppm"), [option, "-r", "72", file.ContentPath], TimeSpan.FromMinutes(1), 16 << 20);

        var all = (await bench.Tools.RunAsync(command, TestContext.Current.CancellationToken)).Output;

        var images = ImageFile.Split(all, format, 3)!;
        Assert.Equal([(300, 200), (100, 400), (200, 200)], images.Select(image => (image.Width, image.Height)));
        Assert.Equal(all.ToArray(), images.SelectMany(image => image.Bytes!));
        Assert.Null(ImageFile.Split(all, format, 2));
        Assert.Null(ImageFile.Split(all, format, 4));
        for (var cut = 0; cut < all.Length; cut += 97)
        {
            Assert.Null(ImageFile.Split(all[..cut], format, 3));
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0xFF, 0xD8 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xC0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF, 0xDA, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0xFF })]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0xFF, 0xFF, 0xFF, 0xFF, 73, 69, 78, 68, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Read_BytesThatAreNoWholeImage_Null(byte[] bytes)
    {
        Assert.Null(ImageFile.Read(bytes, PdfImageFormat.Jpeg));
        Assert.Null(ImageFile.Read(bytes, PdfImageFormat.Png));
    }
}
