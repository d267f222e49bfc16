using System.IO.Compression;
using BatchOps.Slides.Pptx;

namespace BatchOps.Slides.Tests.Pptx;

/// <summary>What is read back is the file, not what was meant to be in it.</summary>
public sealed class ReadBackTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DeckPackage _package;
    private readonly List<DeckSlide> _slides;
    private readonly string _path;

    public ReadBackTests()
    {
        using var deck = new Deck();
        deck.AddTexts("{{a}}");
        deck.AddTexts("{{b}}", "plain");
        var plan = Bench.Plan(new { });
        _package = new DeckPackage(PptxTemplate.Read(deck.Save(), "t.pptx"));
        _slides = SlideList.Build(_package, plan);
        _package.Find("/ppt/slides/slide1.xml")!.IsChanged = true;
        _path = _folder.File("deck.pptx");
        using var file = File.Create(_path);
        _package.Write(file, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Check_ListsTokensOfChangedAndOfCopiedParts() =>
        Assert.Equal([("{{a}}", 1), ("{{b}}", 2)], Check().Select(left => (left.Token, left.Slide!.Value)));

    [Fact]
    public void Check_ChangedPartWithAnotherTokenInTheFile_ListsThat()
    {
        Edit("ppt/slides/slide1.xml", text => text.Replace("{{a}}", "{{sneaked}}", StringComparison.Ordinal));

        Assert.Equal("{{sneaked}}", Check()[0].Token);
    }

    [Theory]
    [InlineData("ppt/slides/slide1.xml", "well-formed")]
    [InlineData("ppt/slides/slide2.xml", "not as it was copied")]
    public void Check_PartThatIsNotWhatWasWritten_Fails(string part, string says)
    {
        Edit(part, text => text[..^10]);

        Assert.Contains(says, Assert.Throws<InvalidDataException>(Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_MissingPart_Fails()
    {
        using (var archive = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            archive.GetEntry("ppt/slides/slide2.xml")!.Delete();
        }

        Assert.Contains("slide2.xml", Assert.Throws<InvalidDataException>(Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ReferenceToAPartThatIsNotThere_Fails()
    {
        var slide = _package.Find("/ppt/slides/slide1.xml")!;
        slide.Relate("image", new DeckPart("/ppt/media/none.png", "image/png", BatchOps.Slides.Opc.ZipPayload.Store(new byte[1])));

        Assert.Contains("none.png", Assert.Throws<InvalidDataException>(Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_FileCutShort_Fails()
    {
        using (var file = File.OpenWrite(_path))
        {
            file.SetLength(file.Length - 30);
        }

        Assert.Throws<InvalidDataException>(Check);
    }

    public void Dispose() => _folder.Dispose();

    private List<UnresolvedToken> Check() => ReadBack.Check(_path, _package, _slides, TestContext.Current.CancellationToken).Left;

    private void Edit(string part, Func<string, string> edit)
    {
        using var archive = ZipFile.Open(_path, ZipArchiveMode.Update);
        var entry = archive.GetEntry(part)!;
        string text;
        using (var reader = new StreamReader(entry.Open()))
        {
            text = reader.ReadToEnd();
        }

        using var writer = new StreamWriter(entry.Open());
        writer.BaseStream.SetLength(0);
        writer.Write(edit(text));
    }
}
