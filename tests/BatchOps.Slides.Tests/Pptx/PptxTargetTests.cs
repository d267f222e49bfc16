using System.IO.Compression;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace BatchOps.Slides.Tests.Pptx;

public sealed class PptxTargetTests : IDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Fill_ManyDecksAtOnce_FromOneTemplate()
    {
        using var deck = new Deck();
        for (var i = 0; i < 5; i++)
        {
            deck.AddSlide(Deck.TextShape(2, "T", "Dear {{name}}, {{#if all}}") + Deck.TextShape(3, "L", "{{logo}}"), "notes for {{name}}");
        }

        _bench.Folder.Write("logo.png", Pictures.Png(9, 9));
        var template = PptxTemplate.Read(deck.Save(), "t.pptx");
        var planner = new DeckPlanner(new DeckPlannerOptions { Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["logo"] = new("logo.png") } });
        var target = new PptxTarget(_bench.Images);

        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancel) =>
        {
            var plan = planner.Plan(new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = $"N{number}", ["all"] = true });
            var result = await target.FillAsync(template, plan, _bench.Folder.File($"out/{number}.pptx"), cancellationToken: cancel);
            Assert.Equal((10, 5, 5), (result.TextReplaced, result.ImagesReplaced, result.Slides.Count));
        });

        for (var number = 0; number < 60; number++)
        {
            var filled = new Filled(new DeckResult(), File.ReadAllBytes(_bench.Folder.File($"out/{number}.pptx")));
            Assert.All(filled.Slides, slide => Assert.Equal([$"Dear N{number}, "], slide));
            Assert.All(filled.Notes, notes => Assert.Equal([$"notes for N{number}"], notes));
        }

        Assert.Equal(61, _bench.Folder.Files.Length);
    }

    [Fact]
    public async Task Fill_SameRecordTwice_GivesTheSameBytes()
    {
        var template = PptxTemplate.Read(Simple(), "t.pptx");
        var target = new PptxTarget(_bench.Images);

        await target.FillAsync(template, Bench.Plan(new { a = "x" }), _bench.Folder.File("1.pptx"), cancellationToken: TestContext.Current.CancellationToken);
        await target.FillAsync(template, Bench.Plan(new { a = "x" }), _bench.Folder.File("2.pptx"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(File.ReadAllBytes(_bench.Folder.File("1.pptx")), File.ReadAllBytes(_bench.Folder.File("2.pptx")));
    }

    [Fact]
    public async Task Fill_Result_HasPhasesWithCounts()
    {
        using var deck = new Deck();
        deck.AddTexts("{{a}}", "{{logo}}");
        _bench.Folder.Write("logo.png", Pictures.Png(9, 9));

        var result = (await _bench.FillAsync(deck.Save(), new { a = "x" }, new DeckPlannerOptions
        {
            Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["logo"] = new("logo.png") },
            Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["*"] = "n" },
        })).Result;

        Assert.Equal(Enum.GetValues<DeckStep>().Except([DeckStep.ImageUpload]), result.Phases.Select(phase => phase.Step));
        Assert.Equal([3, 1, 1, 1, 1], result.Phases.Take(5).Select(phase => phase.Count));
        Assert.True(result.Phases[5].Count > 5);
        Assert.Equal((_bench.Output, new FileInfo(_bench.Output).Length), (result.Path, result.Bytes));
    }

    [Fact]
    public async Task Fill_Progress_TellsOfEachStepAsItEnds()
    {
        var told = new Told();

        await new PptxTarget(_bench.Images).FillAsync(PptxTemplate.Read(Simple(), "t.pptx"), Bench.Plan(new { a = "x" }), _bench.Output, told, TestContext.Current.CancellationToken);

        Assert.Equal([DeckStep.Data, DeckStep.TemplateCopy, DeckStep.Images, DeckStep.Text, DeckStep.Notes, DeckStep.TemplateCopy, DeckStep.Validation], told.Phases.Select(phase => phase.Step));
    }

    [Fact]
    public void Preview_SaysWhatWouldBeDone()
    {
        using var deck = new Deck();
        deck.SetLayout(Deck.TextShape(2, "L", "{{a}}"));
        deck.AddTexts("{{a:N1}} {{nobody}} {{logo}}");
        deck.AddTexts("{{#each items}}", "{{.}}");
        deck.AddTexts("{{#if no}}", "{{a}}");
        var plan = Bench.Plan(new { a = 2, no = 0, items = new[] { "x", "y" } }, new DeckPlannerOptions
        {
            Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["logo"] = new("{{a}}.png") },
            Notes = new Dictionary<string, string>(StringComparer.Ordinal) { ["1"] = "n {{a}}" },
        });

        var slides = PptxTemplate.Read(deck.Save(), "t.pptx").Preview(plan);

        Assert.Equal([(1, 1, "n 2"), (2, 2, null), (3, 0, null), (null, 1, null)], slides.Select(slide => (slide.Number, slide.Copies, slide.Notes)));
        Assert.Equal(["2.0", null, null], slides[0].Tokens.Select(token => token.Text));
        Assert.Equal("2.png", slides[0].Tokens[2].Image!.Source);
        Assert.Contains("nobody", slides[0].Tokens[1].Problem, StringComparison.Ordinal);
        Assert.Equal(["", "x"], slides[1].Tokens.Select(token => token.Text));
        Assert.Equal("2", Assert.Single(slides[3].Tokens).Text);
    }

    [Fact]
    public async Task Fill_Canceled_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        var plan = new DeckPlanner(new DeckPlannerOptions { ItemView = _ => throw new InvalidOperationException() }).Plan(new Dictionary<string, object?>(StringComparer.Ordinal) { ["a"] = new CancelOnUse(cancel) });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PptxTarget(_bench.Images).FillAsync(PptxTemplate.Read(Simple(), "t.pptx"), plan, _bench.Output, cancellationToken: cancel.Token));

        Assert.Empty(_bench.Folder.Files);
    }

    [Fact]
    public async Task Fill_OutputThatIsThere_IsReplacedUnlessForbidden()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.Output)!);
        await File.WriteAllTextAsync(_bench.Output, "old", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<DeckException>(() => _bench.FillAsync(Simple(), Bench.Plan(new { a = "x" }), new PptxTargetOptions { Overwrite = false }));
        Assert.Equal(DeckFault.OutputNotWritten, error.Fault);
        Assert.Equal("old", await File.ReadAllTextAsync(_bench.Output, TestContext.Current.CancellationToken));

        Assert.Equal("x", (await _bench.FillAsync(Simple(), new { a = "x" })).Slides[0][0]);
    }

    [Fact]
    public async Task Fill_FailingDeck_LeavesTheOldOne()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_bench.Output)!);
        await File.WriteAllTextAsync(_bench.Output, "old", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<DeckException>(() => _bench.FillAsync(Simple(), new { other = "x" }));

        Assert.Equal("old", await File.ReadAllTextAsync(_bench.Output, TestContext.Current.CancellationToken));
        Assert.Single(_bench.Folder.Files);
    }

    [Fact]
    public async Task Fill_FolderThatIsAFile_SaysSo()
    {
        await File.WriteAllTextAsync(_bench.Folder.File("out"), "file", TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<DeckException>(() => _bench.FillAsync(Simple(), new { a = "x" }));

        Assert.Equal(DeckFault.OutputNotWritten, error.Fault);
        Assert.Contains(_bench.Output, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fill_OntoTheTemplate_IsRefused()
    {
        var path = _bench.Folder.Write("t.pptx", Simple());

        var error = await Assert.ThrowsAsync<DeckException>(() => new PptxTarget(_bench.Images).FillAsync(PptxTemplate.Open(path), Bench.Plan(new { a = 1 }), path, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("in place", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fill_OtherDelimitersInPlanAndTemplate_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => new PptxTarget(_bench.Images).FillAsync(PptxTemplate.Read(Simple(), "t", new TokenSyntax("[", "]")), Bench.Plan(new { a = 1 }), _bench.Output, cancellationToken: TestContext.Current.CancellationToken));

    [Fact]
    public async Task FillInPlace_KeepsBackupsBeside()
    {
        var original = Simple();
        var path = _bench.Folder.Write("deck.pptx", original);
        var target = new PptxTarget(_bench.Images);

        var first = await target.FillInPlaceAsync(path, Bench.Plan(new { a = "x" }), cancellationToken: TestContext.Current.CancellationToken);
        var second = await target.FillInPlaceAsync(path, Bench.Plan(new { a = "y" }), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((_bench.Folder.File("deck.backup.pptx"), _bench.Folder.File("deck.backup2.pptx")), (first.BackupPath, second.BackupPath));
        Assert.Equal(original, await File.ReadAllBytesAsync(first.BackupPath!, TestContext.Current.CancellationToken));
        Assert.Equal("x", new Filled(first, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Slides[0][0]);
        Assert.Equal((1, 0), (first.TextReplaced, second.TextReplaced));
    }

    [Fact]
    public async Task FillInPlace_FileThatOthersMayNotRead_StaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = _bench.Folder.Write("deck.pptx", Simple());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

            await new PptxTarget(_bench.Images).FillInPlaceAsync(path, Bench.Plan(new { a = "x" }), cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task FillInPlace_FailingDeck_StaysAsItWas()
    {
        var original = Simple();
        var path = _bench.Folder.Write("deck.pptx", original);

        await Assert.ThrowsAsync<DeckException>(() => new PptxTarget(_bench.Images).FillInPlaceAsync(path, Bench.Plan(new { b = "x" }), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(original, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([path], _bench.Folder.Files);
    }

    [Theory]
    [InlineData("potx")]
    [InlineData("ppsx")]
    public async Task Fill_TemplateOrShow_BecomesAPresentation(string kind)
    {
        using var deck = new Deck(kind == "potx" ? PresentationDocumentType.Template : PresentationDocumentType.Slideshow);
        deck.AddTexts("{{a}}");

        var filled = await _bench.FillAsync(deck.Save(), new { a = "x" });

        Assert.Equal(PresentationDocumentType.Presentation, filled.Open(document => document.DocumentType));
    }

    [Fact]
    public async Task Fill_PartNamesWithSpacesAndUmlauts_StayReadable()
    {
        using var deck = new Deck();
        deck.AddTexts("{{#each items}}", "{{.}}");
        var template = Rename(deck.Save(), "slide1.xml", "Folie%20%C3%BC1.xml");

        var filled = await _bench.FillAsync(template, new { items = new[] { "x", "y" } });

        Assert.Equal([["x"], ["y"]], filled.Slides);
        Assert.Equal(["ppt/slides/Folie%20%C3%BC1.xml", "ppt/slides/Folie%20%C3%BC2.xml"], filled.Names.Where(name => name.Contains("Folie", StringComparison.Ordinal) && !name.EndsWith(".rels", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FillInPlace_Template_StaysOne()
    {
        using var deck = new Deck(PresentationDocumentType.Template);
        deck.AddTexts("{{a}}");
        var path = _bench.Folder.Write("deck.potx", deck.Save());

        var result = await new PptxTarget(_bench.Images).FillInPlaceAsync(path, Bench.Plan(new { a = "x" }), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(_bench.Folder.File("deck.backup.potx"), result.BackupPath);
        Assert.Equal(PresentationDocumentType.Template, new Filled(result, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).Open(document => document.DocumentType));
    }

    [Fact]
    public async Task Fill_ThumbnailOfTheTemplate_IsDropped()
    {
        using var deck = new Deck();
        deck.AddTexts("{{a}}");
        using (var picture = new MemoryStream(Pictures.Jpeg(10, 10)))
        {
            deck.Document.AddThumbnailPart(ThumbnailPartType.Jpeg).FeedData(picture);
        }

        Assert.DoesNotContain((await _bench.FillAsync(deck.Save(), new { a = "x" })).Names, name => name.Contains("thumbnail", StringComparison.OrdinalIgnoreCase));
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Simple()
    {
        using var deck = new Deck();
        deck.AddTexts("{{a}}");
        return deck.Save();
    }

    private static byte[] Rename(byte[] file, string from, string to)
    {
        using var copy = new MemoryStream();
        using (var before = new ZipArchive(new MemoryStream(file)))
        using (var after = new ZipArchive(copy, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in before.Entries)
            {
                using var reader = new StreamReader(entry.Open());
                using var writer = new StreamWriter(after.CreateEntry(entry.FullName.Replace(from, to, StringComparison.Ordinal)).Open());
                writer.Write(reader.ReadToEnd().Replace(from, to, StringComparison.Ordinal));
            }
        }

        return copy.ToArray();
    }

    private sealed class Told : IProgress<DeckPhase>
    {
        public List<DeckPhase> Phases { get; } = [];

        public void Report(DeckPhase value) => Phases.Add(value);
    }

    private sealed class CancelOnUse(CancellationTokenSource cancel) : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider)
        {
            cancel.Cancel();
            return "x";
        }
    }
}
