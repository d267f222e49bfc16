using System.Diagnostics;

namespace BatchOps.Pdf.Tests;

/// <summary>Real files: intact, damaged and hostile ones.</summary>
public sealed class CorpusTests
{
    private static readonly PdfLimits Limits = new() { OpenTimeout = TimeSpan.FromSeconds(1.5), PageTimeout = TimeSpan.FromSeconds(3), MemoryBytes = 512 << 20 };

    public static TheoryData<string> Files() => Directory.Exists(Bench.Corpus)
        ? new TheoryData<string>(Directory.GetFiles(Bench.Corpus, "*.pdf").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal))
        : new TheoryData<string>("none.pdf");

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Extract_RealFile_EndsInTimeWithAStatusForEachPage(string name)
    {
        var path = Bench.CorpusFile(name);
        using var bench = await Bench.NewAsync(Limits, needed: "qpdf");
        var clock = Stopwatch.StartNew();

        using var file = await PdfFile.OpenAsync(bench.Tools, path, new PdfOpenOptions { Password = "openpassword" }, TestContext.Current.CancellationToken);
        var pages = await Bench.ExtractAsync(file, new PdfExtractOptions { Content = PdfContent.Text | PdfContent.Words | PdfContent.Tables | PdfContent.Image, ImageDpi = 36, Ocr = PdfOcr.Never });

        Assert.Equal(Enumerable.Range(1, file.PageCount), pages.Select(page => page.PageNumber));
        Assert.All(pages, page => Assert.True(page.Status <= PdfPageStatus.Degraded ? page.Text is not null : page.Messages.Count > 0));
        Assert.All(pages, page => Assert.True(page.Status == PdfPageStatus.Ok || page.Messages.Count > 0));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        TestContext.Current.SendDiagnosticMessage($"{name}: {string.Join(", ", pages.GroupBy(page => page.Status).Select(group => $"{group.Count()} {group.Key}"))} in {clock.ElapsedMilliseconds} ms {pages.SelectMany(page => page.Messages).FirstOrDefault()}");
    }

    [Theory]
    [InlineData("pdfjs-TAMReview.pdf")]
    [InlineData("sample-geotopo.pdf")]
    [InlineData("sample-arabic.pdf")]
    [InlineData("sample-multicolumn.pdf")]
    [InlineData("pdfjs-issue840.pdf")]
    [InlineData("pdfjs-cidfont_cmap_overflow.pdf")]
    [InlineData("sample-google-doc.pdf")]
    public async Task Extract_IntactFile_TextIsWhatPdftotextWrites(string name)
    {
        var path = Bench.CorpusFile(name);
        using var bench = await Bench.NewAsync();

        foreach (var layout in (bool[])[false, true])
        {
            var pages = await bench.ExtractAsync(path, new PdfExtractOptions { Layout = layout, Ocr = PdfOcr.Never });

            var expected = await bench.RunAsync("pdftotext", layout ? ["-layout", path, "-"] : [path, "-"]);
            Assert.Equal(expected, string.Concat(pages.Select(page => page.Text + "\f")));
            Assert.All(pages, page => Assert.Equal((PdfPageStatus.Ok, PdfTextSource.TextLayer), (page.Status, page.Source)));
        }
    }

    [Fact]
    public async Task Extract_PageThatHangs_TimesOutAndIsKilled()
    {
        var path = Bench.CorpusFile("qpdf-shared-unnamed-field.pdf");
        using var bench = await Bench.NewAsync(Limits, needed: "qpdf");

        var page = Assert.Single(await bench.ExtractAsync(path));

        Assert.Equal(PdfPageStatus.TimedOut, page.Status);
        Assert.Contains(page.Messages, message => message.Contains("did not get ready in 3 s", StringComparison.Ordinal));
        Assert.Empty(ChildProcesses.Of("qpdf-shared-unnamed-field.pdf"));
    }

    [Fact]
    public async Task Extract_Bomb_EndsWithinItsLimits()
    {
        var path = Bench.CorpusFile("pdfjs-bomb_giant.pdf");
        using var bench = await Bench.NewAsync(Limits);

        var page = Assert.Single(await bench.ExtractAsync(path));

        Assert.NotEqual(PdfPageStatus.Ok, page.Status);
        Assert.InRange(page.Messages.Count, 1, 60);
        Assert.Empty(ChildProcesses.Of("pdfjs-bomb_giant.pdf"));
    }
}
