namespace BatchOps.Pdf.Tests;

public sealed class PdfPagesTests
{
    private static readonly PdfExtractOptions Everything = new() { Content = PdfContent.Text | PdfContent.Words | PdfContent.Tables | PdfContent.Image, ImageDpi = 50 };

    [Fact]
    public async Task Extract_Ranges_OnlyThosePagesEachOnce()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftotext", $"echo \"$@\" >> {log}; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);
        using var file = await PdfFile.OpenAsync(bench.Tools, Numbered(40).ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        File.Delete(log);

        var pages = await Bench.ExtractAsync(file, ranges: "3-5,3,-1,20");

        Assert.Equal([3, 4, 5, 20, 40], pages.Select(page => page.PageNumber));
        Assert.All(pages, page => Assert.Equal(($"page {page.PageNumber}\n\n", PdfPageStatus.Ok, 40), (page.Text, page.Status, page.PageCount)));
        var calls = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Equal([3, 4, 5, 20, 40], calls.SelectMany(call => Asked(call)).Order());
    }

    [Fact]
    public async Task Extract_PageThatIsNotThere_ThrowsBeforeAnythingStarts()
    {
        using var bench = await Bench.NewAsync();
        using var file = await PdfFile.OpenAsync(bench.Tools, Numbered(4).ToArray(), cancellationToken: TestContext.Current.CancellationToken);

        var exception = Assert.Throws<PdfException>(() => PdfPages.ExtractAsync(file, [1, 5], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((PdfFault.PageRange, "Page 5 does not exist: the file has 4 pages; ask for 1-4."), (exception.Fault, exception.Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => PdfPages.ExtractAsync(file, [1], new PdfExtractOptions { ImageDpi = 5000 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Extract_OneProcess_PagesComeInOrderWhileOthersAreStillToDo()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftotext", $"echo \"$@\" >> {log}; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(processes: 1, folders: [folder.Path]);
        using var file = await PdfFile.OpenAsync(bench.Tools, Numbered(300).ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        File.Delete(log);
        var numbers = new List<int>();

        await foreach (var page in PdfPages.ExtractAsync(file, PageRanges.Parse(null, 300), cancellationToken: TestContext.Current.CancellationToken))
        {
            numbers.Add(page.PageNumber);
            if (numbers.Count == 1)
            {
                // A caller that takes no further page holds the work up: at most the next run has been made.
                var asked = (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).SelectMany(Asked).ToList();
                Assert.InRange(asked.Count, 1, 65);
            }
        }

        Assert.Equal(Enumerable.Range(1, 300), numbers);
    }

    [Fact]
    public async Task Extract_OnePageComplains_OnlyThatOneIsDegraded()
    {
        using var bench = await Bench.NewAsync();
        var writer = Numbered(30, number => number == 17 ? "/Nothing gs (oops\n" : null);

        var pages = await bench.ExtractAsync(writer);

        var blamed = Bench.OnlyBlamed(pages, 17);
        Assert.Equal(PdfPageStatus.Degraded, blamed.Status);
        Assert.NotEmpty(blamed.Messages);
        Assert.All(pages, page => Assert.Equal($"page {page.PageNumber}\n\n", page.Text));
    }

    [Theory]
    [InlineData("sleep 987654", PdfPageStatus.TimedOut, "pdftotext did not get ready in 2 s")]
    [InlineData("kill -SEGV $$", PdfPageStatus.Failed, "pdftotext crashed (signal 11).")]
    [InlineData("echo broken >&2; exit 3", PdfPageStatus.Failed, "pdftotext failed with exit code 3.")]
    public async Task Extract_OnePageHangsOrCrashes_OnlyThatOneIsBlamed(string script, PdfPageStatus status, string message)
    {
        using var folder = await ToolFolder.NewAsync();

        // Page 13's process writes the pages before it as far as its buffer goes, as the real one does.
        folder.Replace("pdftotext", $"if [ \"$1\" = -f ] && [ $2 -le 13 ] && [ $4 -ge 13 ]; then [ $2 -lt 12 ] && $REAL -f $2 -l 11 $5 $6 $7 $8 $9 -; {script}; fi; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(new PdfLimits { PageTimeout = TimeSpan.FromSeconds(2) }, folders: [folder.Path]);

        var pages = await bench.ExtractAsync(Numbered(40), new PdfExtractOptions { Ocr = PdfOcr.Never });

        var blamed = Bench.OnlyBlamed(pages, 13);
        Assert.Equal((status, null), (blamed.Status, blamed.Text));
        Assert.StartsWith(message, blamed.Messages[0], StringComparison.Ordinal);
        Assert.All(pages.Where(page => page.PageNumber != 13), page => Assert.Equal($"page {page.PageNumber}\n\n", page.Text));
    }

    [Theory]
    [InlineData("sleep 987655", PdfPageStatus.TimedOut, "pdftoppm did not get ready in 2 s")]
    [InlineData("kill -SEGV $$", PdfPageStatus.Failed, "pdftoppm crashed (signal 11).")]
    [InlineData("echo odd >&2", PdfPageStatus.Degraded, "odd")]
    public async Task Extract_OnePageIsHardToDraw_OnlyThatOneIsBlamed(string script, PdfPageStatus status, string message)
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftoppm", $"if [ \"$1\" = -jpeg ]; then echo \"$@\" >> {log}; if [ $4 -le 13 ] && [ $6 -ge 13 ]; then {script}; fi; fi; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(new PdfLimits { PageTimeout = TimeSpan.FromSeconds(2) }, folders: [folder.Path]);

        var pages = await bench.ExtractAsync(Numbered(40), new PdfExtractOptions { Content = PdfContent.Image, ImageDpi = 40 });

        var blamed = Bench.OnlyBlamed(pages, 13);
        Assert.Equal((status, status == PdfPageStatus.Degraded), (blamed.Status, blamed.Image is not null));
        Assert.StartsWith(message, blamed.Messages[0], StringComparison.Ordinal);
        Assert.All(pages.Where(page => page.PageNumber != 13), page => Assert.Equal((331, 468), (page.Image!.Width, page.Image.Height)));
        Assert.InRange((await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Length, 2, 30);
    }

    [Fact]
    public async Task Extract_LargeImages_ShareNoProcessBeyondThePixelsOfOne()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftoppm", $"echo \"$@\" >> {log}; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(new PdfLimits { ImagePixels = 500_000 }, processes: 1, folders: [folder.Path]);

        File.Delete(log);

        // 105,000 pixels each: four of them are within the limit.
        var pages = await bench.ExtractAsync(Numbered(30), new PdfExtractOptions { Content = PdfContent.Image, ImageDpi = 33, ImageFormat = PdfImageFormat.Png });

        Assert.All(pages, page => Assert.Equal((PdfPageStatus.Ok, 273, 386), (page.Status, page.Image!.Width, page.Image.Height)));
        var runs = (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Select(call => Asked(call).Count()).ToList();
        Assert.Equal((30, 4), (runs.Sum(), runs.Max()));
    }

    [Theory]
    [InlineData("page-1.jpg", "pdftoppm crashed (signal 25).")]
    [InlineData("page-1.jpg page-2.jpg page-3.jpg", "pdftoppm wrote more than 365,536 bytes and was stopped.")]
    public async Task Extract_ToolThatWritesTooMuch_PageFailsAndNothingIsLeft(string files, string message)
    {
        using var folder = await ToolFolder.NewAsync();
        Assert.SkipUnless(File.Exists(Path.Combine(folder.Path, "prlimit")), "There is no prlimit.");
        var each = files.Contains(' ', StringComparison.Ordinal) ? 200_000 : 2_000_000;
        folder.Replace("pdftoppm", $"if [ \"$1\" = -jpeg ]; then for name in {files}; do head -c {each} /dev/zero > $name || kill -XFSZ $$; done; exit 0; fi; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(new PdfLimits { ImagePixels = 100_000 }, folders: [folder.Path]);

        var page = Assert.Single(await bench.ExtractAsync(Numbered(1), new PdfExtractOptions { Content = PdfContent.Image, ImageDpi = 36 }));

        Assert.Equal((PdfPageStatus.Failed, null), (page.Status, page.Image));
        Assert.StartsWith(message, page.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Extract_PageThatIsMissingInTheTree_DoesNotShiftTheOthers()
    {
        using var bench = await Bench.NewAsync();
        var objects = new List<byte[]>
        {
            PdfWriter.Latin("<</Type/Catalog/Pages 2 0 R>>"),
            PdfWriter.Latin("<</Type/Pages/Kids[3 0 R 99 0 R 4 0 R]/Count 3>>"),
            PdfWriter.Latin("<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Resources<</Font<</F 5 0 R>>>>>>"),
            PdfWriter.Latin("<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 7 0 R/Resources<</Font<</F 5 0 R>>>>>>"),
            PdfWriter.Latin("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
            PdfWriter.StreamObject("", "BT /F 12 Tf 20 100 Td (first) Tj ET"u8.ToArray()),
            PdfWriter.StreamObject("", "BT /F 12 Tf 20 100 Td (last) Tj ET"u8.ToArray()),
        };
        using var file = await PdfFile.OpenAsync(bench.Tools, PdfWriter.Assemble(objects), cancellationToken: TestContext.Current.CancellationToken);

        var pages = await Bench.ExtractAsync(file);

        Assert.Equal([1, 2, 3], pages.Select(page => page.PageNumber));
        Assert.Equal(1, pages.Count(page => page.Status == PdfPageStatus.Failed));
        Assert.NotEmpty(file.Messages);
        Assert.Contains(pages, page => page.Status == PdfPageStatus.Degraded);
        Assert.Equal(["first\n\n", "last\n\n"], pages.Where(page => page.Text is not null).Select(page => page.Text));
    }

    [Fact]
    public async Task Extract_EverythingAtOnce_AllParts()
    {
        using var bench = await Bench.NewAsync();
        using var file = await PdfFile.OpenAsync(bench.Tools, Numbered(6).ToArray(), cancellationToken: TestContext.Current.CancellationToken);

        var pages = await Bench.ExtractAsync(file, Everything);

        Assert.All(pages, page =>
        {
            Assert.Equal((PdfPageStatus.Ok, $"page {page.PageNumber}\n\n", PdfTextSource.TextLayer), (page.Status, page.Text, page.Source));
            Assert.Equal(["page", $"{page.PageNumber}"], page.Words.Select(word => word.Text));
            Assert.Equal((PdfImageFormat.Jpeg, 414, 585), (page.Image!.Format, page.Image.Width, page.Image.Height));
            Assert.True(page.Duration > TimeSpan.Zero);
        });
    }

    [Fact]
    public async Task Extract_Words_StandWhereTheyAreSeen()
    {
        using var bench = await Bench.NewAsync();
        foreach (var rotate in (int[])[0, 90, 180, 270])
        {
            var writer = new PdfWriter();
            writer.AddPage(500, 300, rotate).Text(100, 60, "upper left", 12).Text(100, 250, "lower", 12);

            var page = Assert.Single(await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Words }));

            Assert.Equal((500, 300, rotate), (page.Width, page.Height, page.Rotation));
            Assert.Null(page.Text);
            Assert.Equal(["upper", "left", "lower"], page.Words.Select(word => word.Text));
            Assert.Equal(100, page.Words[0].Left, 1.0);
            Assert.InRange(page.Words[0].Top, 48, 56);
            Assert.InRange(page.Words[0].Bottom, 60, 66);
            Assert.Equal(page.Words[0].Line, page.Words[1].Line);
            Assert.NotEqual(page.Words[0].Line, page.Words[2].Line);
        }
    }

    [Fact]
    public async Task Extract_Words_HaveTheirFontSizes()
    {
        using var bench = await Bench.NewAsync(needed: "pdftohtml");
        var writer = new PdfWriter();
        writer.AddPage().Text(40, 60, "Large title", 24).Text(40, 100, "small print", 8, PdfFont.Times);
        writer.AddPage().Text(40, 60, "again large", 24);

        var pages = await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Words });
        var without = await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Words, FontSizes = false });

        Assert.Equal([24, 24, 8, 8], pages[0].Words.Select(word => word.FontSize));
        Assert.Equal([24, 24], pages[1].Words.Select(word => word.FontSize));
        Assert.All(without.SelectMany(page => page.Words), word => Assert.Null(word.FontSize));
    }

    [Fact]
    public async Task Extract_CroppedPage_WordsAndImageShareItsCorner()
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        writer.AddPage(500, 400).Crop(50, 80, 450, 380).Text(100, 160, "inside", 12);

        var page = Assert.Single(await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Words | PdfContent.Image, ImageDpi = 72 }));

        Assert.Equal((400, 300), (page.Width, page.Height));
        Assert.Equal((400, 300), (page.Image!.Width, page.Image.Height));
        Assert.Equal(50, Assert.Single(page.Words).Left, 1.0);
        Assert.InRange(page.Words[0].Bottom, 80, 86);
    }

    [Theory]
    [InlineData(PdfImageFormat.Jpeg, "jpg")]
    [InlineData(PdfImageFormat.Png, "png")]
    public async Task Extract_ImagesToAFolder_AreWrittenThere(PdfImageFormat format, string extension)
    {
        using var bench = await Bench.NewAsync();
        var folder = Directory.CreateTempSubdirectory("batchops-pdf-images-");
        using var file = await PdfFile.OpenAsync(bench.Tools, Numbered(2).ToArray(), new PdfOpenOptions { Name = "report.pdf" }, TestContext.Current.CancellationToken);

        var pages = await Bench.ExtractAsync(file, new PdfExtractOptions { Content = PdfContent.Image, ImageFormat = format, ImageFolder = Path.Combine(folder.FullName, "new"), ImageDpi = 72 });

        Assert.Equal([$"report-0001.{extension}", $"report-0002.{extension}"], Directory.GetFiles(Path.Combine(folder.FullName, "new")).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(pages, page => Assert.Equal((595, 842, true), (page.Image!.Width, page.Image.Height, page.Image.Bytes is null)));
        Assert.All(pages, page => Assert.True(File.Exists(page.Image!.Path)));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Extract_HugePage_ImageKeepsToItsPixels()
    {
        using var bench = await Bench.NewAsync(new PdfLimits { ImagePixels = 500_000 });
        var writer = new PdfWriter();
        writer.AddPage(14400, 7200).Text(100, 100, "large");
        writer.AddPage(300, 300).Text(100, 100, "small");

        var pages = await bench.ExtractAsync(writer, new PdfExtractOptions { Content = PdfContent.Image, ImageDpi = 100 });

        Assert.All(pages, page => Assert.Equal(PdfPageStatus.Ok, page.Status));
        Assert.InRange(pages[0].Image!.Width * pages[0].Image!.Height, 480_000, 500_000);
        Assert.Equal((417, 417), (pages[1].Image!.Width, pages[1].Image!.Height));
    }

    [Fact]
    public async Task Extract_ImageThatCantBeWritten_FailsOnlyThePage()
    {
        using var bench = await Bench.NewAsync();
        var blocked = Path.GetTempFileName();

        var page = Assert.Single(await bench.ExtractAsync(Numbered(1), Everything with { ImageFolder = blocked }));

        Assert.Equal((PdfPageStatus.Failed, "page 1\n\n"), (page.Status, page.Text));
        File.Delete(blocked);
    }

    [Fact]
    public async Task Extract_Canceled_NothingIsLeft()
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("pdftoppm", "case \"$*\" in *document.pdf*) exec sleep 9876543;; esac; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);
        using var cancel = new CancellationTokenSource();
        using (var file = await PdfFile.OpenAsync(bench.Tools, Numbered(50).ToArray(), cancellationToken: TestContext.Current.CancellationToken))
        {
            var running = Task.Run(
                async () =>
                {
                    await foreach (var page in PdfPages.ExtractAsync(file, PageRanges.Parse(null, 50), Everything, cancel.Token))
                    {
                        Assert.Fail($"Page {page.PageNumber} has no image.");
                    }
                },
                TestContext.Current.CancellationToken);
            await ChildProcesses.UntilAsync(() => ChildProcesses.Naming("sleep 9876543").Count >= 2);

            await cancel.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.Empty(ChildProcesses.Naming("sleep 9876543"));
        }

        Assert.Empty(Directory.GetDirectories(bench.Folder));
    }

    [Fact]
    public async Task Extract_AnyTool_MayTakeNoMoreMemoryThanItsCap()
    {
        using var folder = await ToolFolder.NewAsync();
        Assert.SkipUnless(File.Exists(Path.Combine(folder.Path, "prlimit")), "There is no prlimit.");
        var log = Path.Combine(folder.Path, "log");
        string[] tools = ["pdfinfo", "pdftotext", "pdftohtml", "pdftoppm", "tesseract", "qpdf"];
        Array.ForEach(tools, tool => folder.Replace(tool, $"echo {tool} $(ulimit -v) >> {log}; exec $REAL \"$@\""));
        using var bench = await Bench.NewAsync(new PdfLimits { MemoryBytes = 700 << 20 }, folders: [folder.Path], needed: tools);
        File.Delete(log);
        var locked = Path.Combine(folder.Path, "locked.pdf");
        var plain = Path.Combine(folder.Path, "plain.pdf");
        await File.WriteAllBytesAsync(plain, Numbered(2).ToArray(), TestContext.Current.CancellationToken);
        await bench.RunAsync("qpdf", "--encrypt", "secret", "secret", "256", "--", plain, locked);
        File.Delete(log);

        await bench.ExtractAsync(locked, Everything, open: new PdfOpenOptions { Password = "secret" });
        await bench.ExtractAsync(plain, new PdfExtractOptions { Ocr = PdfOcr.Always });

        var caps = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        Assert.Equal(tools.Select(tool => $"{tool} {700 << 10}").Order(StringComparer.Ordinal), caps.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Extract_CallerStopsLooking_ProcessesEnd()
    {
        var path = Bench.CorpusFile("sample-geotopo.pdf");
        using var bench = await Bench.NewAsync();
        using var file = await PdfFile.OpenAsync(bench.Tools, path, cancellationToken: TestContext.Current.CancellationToken);

        await foreach (var page in PdfPages.ExtractAsync(file, PageRanges.Parse(null, file.PageCount), Everything, TestContext.Current.CancellationToken))
        {
            Assert.InRange(page.PageNumber, 1, 2);
            break;
        }

        Assert.Empty(ChildProcesses.Of(path));
    }

    [Fact]
    public async Task Extract_ManyFilesWithTheSameTools_ShareTheBoundOnProcesses()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftotext", $"echo + >> {log}; $REAL \"$@\"; echo - >> {log}");
        using var bench = await Bench.NewAsync(processes: 2, folders: [folder.Path]);
        var files = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PdfFile.OpenAsync(bench.Tools, Numbered(20).ToArray(), cancellationToken: TestContext.Current.CancellationToken)));
        File.Delete(log);

        var pages = await Task.WhenAll(files.Select(file => Bench.ExtractAsync(file)));

        Assert.All(pages, of => Assert.Equal(20, of.Count));
        int running = 0, most = 0;
        foreach (var line in await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken))
        {
            running += line == "+" ? 1 : -1;
            most = Math.Max(most, running);
        }

        Assert.Equal((0, 2), (running, most));
        Array.ForEach(files, file => file.Dispose());
    }

    [Fact]
    public async Task Extract_SmallFileAfterOthers_IsWorkForOneProcess()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("pdftotext", $"echo \"$@\" >> {log}; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);
        await bench.ExtractAsync(Numbered(20));
        File.Delete(log);

        var pages = await bench.ExtractAsync(Numbered(3));

        Assert.Equal(["page 1\n\n", "page 2\n\n", "page 3\n\n"], pages.Select(page => page.Text));
        Assert.Single(await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Document_OfPages_TextInPageOrderAndTheWorstStatus()
    {
        var path = Bench.CorpusFile("sample-pdflatex-4-pages.pdf");
        using var bench = await Bench.NewAsync();

        var pages = await bench.ExtractAsync(path);
        var document = PdfDocument.From(Enumerable.Reverse(pages));

        Assert.Equal(await bench.RunAsync("pdftotext", path, "-"), document.Text);
        Assert.Equal((Path.GetFullPath(path), 4, PdfPageStatus.Ok), (document.Path, document.PageCount, document.Status));
        Assert.Equal(4, document.StatusCounts[PdfPageStatus.Ok]);
        Assert.Equal(PdfPageStatus.TimedOut, PdfDocument.From([pages[0], pages[1] with { Status = PdfPageStatus.TimedOut }]).Status);
        Assert.Throws<ArgumentException>(() => PdfDocument.From([]));
        Assert.Throws<ArgumentException>(() => PdfDocument.From([pages[0], pages[1] with { Path = "other.pdf" }]));
    }

    private static PdfWriter Numbered(int count, Func<int, string?>? also = null)
    {
        var writer = new PdfWriter();
        for (var i = 1; i <= count; i++)
        {
            writer.AddPage().Text(40, 60, $"page {i}").Content.Append(also?.Invoke(i));
        }

        return writer;
    }

    private static IEnumerable<int> Asked(string call)
    {
        var words = call.Split(' ').ToList();
        var first = int.Parse(words[words.IndexOf("-f") + 1], System.Globalization.CultureInfo.InvariantCulture);
        return Enumerable.Range(first, int.Parse(words[words.IndexOf("-l") + 1], System.Globalization.CultureInfo.InvariantCulture) - first + 1);
    }
}
