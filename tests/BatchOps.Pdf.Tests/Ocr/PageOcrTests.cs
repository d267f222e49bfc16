using BatchOps.Pdf.Images;
using BatchOps.Pdf.Text;

namespace BatchOps.Pdf.Tests.Ocr;

public sealed class PageOcrTests
{
    private static readonly string[] Sentences =
    [
        "The quarterly report shows how much was ordered and delivered.",
        "Invoices were paid within thirty days of their arrival.",
        "Customers in the northern region bought more paper than before.",
        "A second warehouse will be opened in the spring of next year.",
        "The price of transport rose by four percent in the last month.",
        "Every order carries a number that is printed on the label.",
        "Returned goods are checked, repaired and sold at a lower price.",
        "Please send questions about this document to the finance team.",
        "Totals are rounded to full units unless stated otherwise below.",
        "The next meeting of the board takes place on Monday morning.",
    ];

    [Fact]
    public async Task Auto_CleanPrintAt300Dpi_98PercentOfWords()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var printed = new PdfWriter();
        var page = printed.AddPage();
        for (var i = 0; i < 40; i++)
        {
            page.Text(60, 70 + (18 * i), Sentences[i % Sentences.Length], 11, PdfFont.All[i % 2]);
        }

        var scanned = Assert.Single(await bench.ExtractAsync(await ScanAsync(bench, printed, 300), new PdfExtractOptions { Content = PdfContent.Text | PdfContent.Words }));

        Assert.Equal((PdfPageStatus.Ok, PdfTextSource.Ocr), (scanned.Status, scanned.Source));
        var expected = Enumerable.Range(0, 40).SelectMany(i => Sentences[i % Sentences.Length].Split(' ')).ToList();
        var share = Common(expected, scanned.Text!.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)) / (double)expected.Count;
        TestContext.Current.SendDiagnosticMessage($"{share:P1} of {expected.Count} words read right.");
        Assert.InRange(share, 0.98, 1);
        var first = scanned.Words[0];
        Assert.Equal(("The", 1, 1), (first.Text, first.Block, first.Line));
        Assert.InRange(first.Left, 58, 62);
        Assert.InRange(first.Bottom, 68, 72);
        Assert.InRange(first.Confidence!.Value, 60, 100);
    }

    [Fact]
    public async Task Auto_TextLayer_IsKept()
    {
        using var bench = await Bench.NewAsync();
        var writer = new PdfWriter();
        writer.AddPage().Text(40, 60, "plain");

        var page = Assert.Single(await bench.ExtractAsync(writer));

        Assert.Equal(("plain\n\n", PdfTextSource.TextLayer), (page.Text, page.Source));
    }

    [Fact]
    public async Task Always_TextLayer_IsReadFromTheImage()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var writer = new PdfWriter();
        writer.AddPage(300, 100).Text(40, 60, "plainly printed", 14);

        var page = Assert.Single(await bench.ExtractAsync(writer, new PdfExtractOptions { Ocr = PdfOcr.Always }));

        Assert.Equal(("plainly printed\n", PdfTextSource.Ocr), (page.Text, page.Source));
    }

    [Fact]
    public async Task Auto_BlankPage_IsNotRead()
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("tesseract", "case \"$1\" in --*) exec $REAL \"$@\";; esac; exit 9");
        using var bench = await Bench.NewAsync(folders: [folder.Path], needed: "tesseract");
        var writer = new PdfWriter();
        writer.AddPage();

        var page = Assert.Single(await bench.ExtractAsync(writer));

        Assert.Equal((PdfPageStatus.Ok, "", PdfTextSource.TextLayer), (page.Status, page.Text, page.Source));
    }

    [Fact]
    public async Task Auto_ScanWithAStamp_IsReadFromTheImage()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var printed = new PdfWriter();
        var page = printed.AddPage();
        for (var i = 0; i < 30; i++)
        {
            page.Text(60, 90 + (20 * i), Sentences[i % Sentences.Length], 12);
        }

        var stamped = await ScanAsync(bench, printed, 200);
        stamped.Pages[0].Text(400, 30, "Page 7 of 9", 10);

        var scanned = Assert.Single(await bench.ExtractAsync(stamped));

        Assert.Equal(PdfTextSource.Ocr, scanned.Source);
        Assert.Contains("Page 7 of 9", scanned.Text, StringComparison.Ordinal);
        Assert.Contains(Sentences[3], scanned.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_FewWordsOnAPicture_AreKept()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var writer = new PdfWriter();
        var page = writer.AddPage(400, 300);
        for (var i = 0; i < 40; i++)
        {
            page.Fill(20 + (i * 9), 60 + (i * 37 % 100), 24 + (i * 9), 280, 0.1 + (i % 7 / 10.0));
        }

        page.Text(30, 40, "Our office in Oslo", 18);

        var read = Assert.Single(await bench.ExtractAsync(writer));

        Assert.Equal(("Our office in Oslo\n\n", PdfTextSource.TextLayer), (read.Text, read.Source));
    }

    [Fact]
    public async Task Never_Scan_HasNoText()
    {
        using var bench = await Bench.NewAsync();

        var page = Assert.Single(await bench.ExtractAsync(await ScanAsync(bench, OneLine(), 100), new PdfExtractOptions { Ocr = PdfOcr.Never }));

        Assert.Equal((PdfPageStatus.Ok, ""), (page.Status, page.Text));
    }

    [Fact]
    public async Task Auto_LettersMappedToNothing_IsReadFromTheImage()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var objects = new List<byte[]>
        {
            PdfWriter.Latin("<</Type/Catalog/Pages 2 0 R>>"),
            PdfWriter.Latin("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
            PdfWriter.Latin("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>>"),
            PdfWriter.Latin("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"),
            PdfWriter.StreamObject("", "BT /F 16 Tf 40 50 Td (printed letters) Tj ET"u8.ToArray()),
            PdfWriter.StreamObject("", "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <21> <7e> <E021> endbfrange endcmap end end"u8.ToArray()),
        };
        using var file = await PdfFile.OpenAsync(bench.Tools, PdfWriter.Assemble(objects), cancellationToken: TestContext.Current.CancellationToken);

        var page = Assert.Single(await Bench.ExtractAsync(file));

        Assert.Equal(("printed letters\n", PdfTextSource.Ocr), (page.Text, page.Source));
    }

    [Fact]
    public async Task Auto_NoTesseract_PageIsDegradedAndSaysWhatToInstall()
    {
        using var folder = await ToolFolder.NewAsync("tesseract");
        using var bench = await Bench.NewAsync(folders: [folder.Path]);
        using var file = await PdfFile.OpenAsync(bench.Tools, (await ScanAsync(bench, OneLine(), 100)).ToArray(), cancellationToken: TestContext.Current.CancellationToken);

        var page = Assert.Single(await Bench.ExtractAsync(file));

        Assert.Equal(PdfPageStatus.Degraded, page.Status);
        Assert.Contains("Tesseract not found", Assert.Single(page.Messages), StringComparison.Ordinal);
        Assert.Contains("Install it by", page.Messages[0], StringComparison.Ordinal);
        var exception = Assert.Throws<PdfException>(() => PdfPages.ExtractAsync(file, [1], new PdfExtractOptions { Ocr = PdfOcr.Always }, TestContext.Current.CancellationToken));
        Assert.Equal(PdfFault.ToolMissing, exception.Fault);
    }

    [Fact]
    public async Task Extract_LanguageThatIsNotThere_SaysWhatToInstall()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        using var file = await PdfFile.OpenAsync(bench.Tools, OneLine().ToArray(), cancellationToken: TestContext.Current.CancellationToken);

        var exception = Assert.Throws<PdfException>(() => PdfPages.ExtractAsync(file, [1], new PdfExtractOptions { OcrLanguages = ["eng", "tlh"] }, TestContext.Current.CancellationToken));

        Assert.Equal(PdfFault.ToolMissing, exception.Fault);
        Assert.Contains("'tlh'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_TesseractThatHangs_TimesOut()
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("tesseract", "case \"$1\" in --*) exec $REAL \"$@\";; esac; exec sleep 98765");
        using var bench = await Bench.NewAsync(new PdfLimits { OcrTimeout = TimeSpan.FromSeconds(1) }, folders: [folder.Path], needed: "tesseract");

        var page = Assert.Single(await bench.ExtractAsync(await ScanAsync(bench, OneLine(), 100)));

        Assert.Equal(PdfPageStatus.TimedOut, page.Status);
        Assert.Contains("tesseract did not get ready in 1 s", page.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Always_RunOfPages_IsReadAsEachAlone()
    {
        using var folder = await ToolFolder.NewAsync();
        var log = Path.Combine(folder.Path, "log");
        folder.Replace("tesseract", $"case \"$1\" in --*) ;; *) echo + >> {log};; esac; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(processes: 1, folders: [folder.Path], needed: "tesseract");
        using var file = await PdfFile.OpenAsync(bench.Tools, Sheets(8, blank: 5).ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        var options = new PdfExtractOptions { Content = PdfContent.Text | PdfContent.Words, Ocr = PdfOcr.Always };

        var pages = await Bench.ExtractAsync(file, options);

        Assert.InRange((await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Length, 2, 5);
        Assert.Equal(string.Empty, pages[4].Text);
        foreach (var page in pages)
        {
            var alone = Assert.Single(await Bench.ExtractAsync(file, options, $"{page.PageNumber}"));
            Assert.Equal((PdfPageStatus.Ok, PdfTextSource.Ocr, alone.Text), (page.Status, page.Source, page.Text));
            Assert.Equal(alone.Words, page.Words);
            Assert.Empty(page.Messages);
        }
    }

    [Theory]
    [InlineData("sleep 987656", PdfPageStatus.TimedOut, "tesseract did not get ready in 6 s")]
    [InlineData("kill -SEGV $$", PdfPageStatus.Failed, "tesseract crashed (signal 11).")]
    [InlineData("echo broken >&2; exit 1", PdfPageStatus.Failed, "tesseract failed with exit code 1.")]
    public async Task Always_OnePageOfARunHangsOrCrashes_OnlyThatOneIsBlamed(string script, PdfPageStatus status, string message)
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("tesseract", $"case \"$1\" in --*) exec $REAL \"$@\";; esac; names=$(cat); case \"$names\" in *page4.tif*) {script};; esac; echo \"$names\" | $REAL \"$@\"");
        using var bench = await Bench.NewAsync(new PdfLimits { OcrTimeout = TimeSpan.FromSeconds(6) }, processes: 1, folders: [folder.Path], needed: "tesseract");

        var pages = await bench.ExtractAsync(Sheets(6), new PdfExtractOptions { Ocr = PdfOcr.Always });

        var blamed = Bench.OnlyBlamed(pages, 4);
        Assert.Equal((status, null), (blamed.Status, blamed.Text));
        Assert.StartsWith(message, blamed.Messages[0], StringComparison.Ordinal);
        Assert.All(pages.Where(page => page.PageNumber != 4), page => Assert.Contains(Sentences[page.PageNumber], page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Always_OnePageOfARunCantBeDrawn_TheOthersAreRead()
    {
        using var folder = await ToolFolder.NewAsync();
        folder.Replace("pdftoppm", "if [ \"$1\" = -gray ] && [ $4 -le 4 ] && [ $6 -ge 4 ]; then exit 7; fi; exec $REAL \"$@\"");
        using var bench = await Bench.NewAsync(processes: 1, folders: [folder.Path], needed: "tesseract");

        var pages = await bench.ExtractAsync(Sheets(6), new PdfExtractOptions { Ocr = PdfOcr.Always });

        var blamed = Bench.OnlyBlamed(pages, 4);
        Assert.StartsWith("pdftoppm failed with exit code 7.", blamed.Messages[0], StringComparison.Ordinal);
        Assert.All(pages.Where(page => page.PageNumber != 4), page => Assert.Contains(Sentences[page.PageNumber], page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Auto_ScansAmongPrintedPages_OnlyScansAreRead()
    {
        using var bench = await Bench.NewAsync(processes: 1, needed: "tesseract");
        var writer = await ScanAsync(bench, Sheets(6), 200);
        foreach (var printed in (int[])[1, 4])
        {
            writer.Pages[printed].Images.Clear();
            writer.Pages[printed].Content.Clear();
            writer.Pages[printed].Text(20, 50, Sentences[9], 10);
        }

        var pages = await bench.ExtractAsync(writer);

        Assert.Equal([2, 5], pages.Where(page => page.Source == PdfTextSource.TextLayer).Select(page => page.PageNumber));
        Assert.All(pages, page => Assert.Contains(Sentences[page.Source == PdfTextSource.Ocr ? page.PageNumber : 9], page.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Layout_ScanOfColumns_KeepsThemApart()
    {
        using var bench = await Bench.NewAsync(needed: "tesseract");
        var writer = new PdfWriter();
        var printed = writer.AddPage(500, 200);
        foreach (var (row, i) in new[] { ("Paper", "120"), ("Toner", "35"), ("Printer", "4") }.Select((row, i) => (row, i)))
        {
            printed.Text(40, 50 + (30 * i), row.Item1, 14).Text(300, 50 + (30 * i), row.Item2, 14);
        }

        var page = Assert.Single(await bench.ExtractAsync(await ScanAsync(bench, writer, 300), new PdfExtractOptions { Layout = true }));

        Assert.Matches(@"^Paper {20,}120\nToner {20,}35\nPrinter {15,}4\n$", page.Text);
    }

    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog, again and again, until the page is full of text that says nothing new at all to us.", false)]
    [InlineData("Wkh txlfn eurzq ira mxpsv ryhu wkh odcb grj djdlq dqg djdlq xqwlo wkh sdjh lv ixoo ri whaw wkdw vdbv qrwklqj qhz dw doo wr xv wrgdb", true)]
    [InlineData("\uFFFD\uFFFD\uFFFD some", true)]
    [InlineData("\uE054\uE065\uE078\uE074", true)]
    [InlineData("\u4e2d\u6587 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0420\u0443\u0441\u0441\u043a\u0438\u0439", false)]
    [InlineData("1,234.50 \u20ac 12 kWh", false)]
    [InlineData("", false)]
    public void IsGarbled_Text_IsTold(string text, bool garbled) => Assert.Equal(garbled, GarbledText.IsGarbled(text));

    /// <summary>The file as a scanner would give it: images of its pages.</summary>
    internal static async Task<PdfWriter> ScanAsync(Bench bench, PdfWriter printed, int dpi)
    {
        using var file = await PdfFile.OpenAsync(bench.Tools, printed.ToArray(), cancellationToken: TestContext.Current.CancellationToken);
        var images = new PageImages(file, new PdfExtractOptions());
        var scanned = new PdfWriter();
        for (var page = 1; page <= file.PageCount; page++)
        {
            var raster = (await images.RasterAsync(page, dpi, TestContext.Current.CancellationToken)).Value!;
            var pixels = new List<byte>();
            for (var y = 0; y < raster.Height; y++)
            {
                pixels.AddRange(raster.Row(y));
            }

            scanned.AddPage(file.Pages[page - 1].Width, file.Pages[page - 1].Height).GrayImage(raster.Width, raster.Height, pixels.ToArray());
        }

        return scanned;
    }

    // Page n shows sentence n.
    private static PdfWriter Sheets(int count, int blank = 0)
    {
        var writer = new PdfWriter();
        for (var number = 1; number <= count; number++)
        {
            var page = writer.AddPage(400, 100);
            if (number != blank)
            {
                page.Text(20, 50, Sentences[number], 12);
            }
        }

        return writer;
    }

    private static PdfWriter OneLine()
    {
        var writer = new PdfWriter();
        writer.AddPage(300, 100).Text(40, 60, "one line", 14);
        return writer;
    }

    // Words that both have, in the same order.
    private static int Common(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        var lengths = new int[one.Count + 1, other.Count + 1];
        for (var i = 1; i <= one.Count; i++)
        {
            for (var j = 1; j <= other.Count; j++)
            {
                lengths[i, j] = one[i - 1] == other[j - 1] ? lengths[i - 1, j - 1] + 1 : Math.Max(lengths[i - 1, j], lengths[i, j - 1]);
            }
        }

        return lengths[one.Count, other.Count];
    }
}
