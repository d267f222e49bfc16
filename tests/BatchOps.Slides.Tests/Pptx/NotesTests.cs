namespace BatchOps.Slides.Tests.Pptx;

public sealed class NotesTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly Deck _deck = new();

    [Fact]
    public async Task Write_SlideWithNotes_ReplacesThemInTheirStyle()
    {
        _deck.AddSlide(Deck.TextShape(2, "T", "t"), "old");

        var filled = await Fill(("1", "For {{customer}}\nsecond line"));

        Assert.Equal(["For Ada", "second line"], filled.Notes[0]);
        Assert.All(filled.Xml("ppt/notesSlides/notesSlide1.xml").Descendants(Filled.A + "rPr"), properties => Assert.Equal("en-US", properties.Attribute("lang")?.Value));
        Assert.Equal((1, 1), (filled.Result.NotesReplaced, filled.Result.Slides[0].NotesReplaced));
    }

    [Fact]
    public async Task Write_DeckWithoutNotesMaster_MakesOneForAll()
    {
        _deck.AddTexts("a");
        _deck.AddTexts("b");

        var filled = await Fill(("*", "For {{customer}}"));

        Assert.Equal([["For Ada"], ["For Ada"]], filled.Notes);
        Assert.Single(filled.Names, name => name.StartsWith("ppt/notesMasters/notesMaster", StringComparison.Ordinal));
        Assert.Equal((true, 2), filled.Open(document => (document.PresentationPart!.NotesMasterPart!.ThemePart is not null, document.PresentationPart.Presentation!.NotesMasterIdList is not null ? document.PresentationPart.SlideParts.Count(slide => slide.NotesSlidePart!.NotesMasterPart is not null) : 0)));
    }

    [Fact]
    public async Task Write_TokenWithoutValue_IsReported()
    {
        _deck.AddTexts("a");

        var left = Assert.Single((await Assert.ThrowsAsync<DeckException>(() => Fill(("1", "{{nobody}}")))).Result!.Unresolved);

        Assert.Equal(("{{nobody}}", 1), (left.Token, left.Slide));
        Assert.Contains("have no 'nobody'", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ValueWithAToken_IsData()
    {
        _deck.AddTexts("a");

        var filled = await _bench.FillAsync(_deck.Save(), new { customer = "{{x}}" }, Options(("1", "{{customer}}")));

        Assert.Equal("{{x}}", filled.Notes[0][0]);
    }

    [Fact]
    public async Task Write_BySlugOfASection_GoesToTheSlideWithItsTokens()
    {
        _deck.AddTexts("{{intro_title}}");
        _deck.AddTexts("{{end_title}}");

        var filled = await _bench.FillAsync(_deck.Save(), new { }, Options(("end", "last words")) with { Sections = [new DeckSection("intro", "I", null), new DeckSection("end", "E", null)] });

        Assert.Equal([[], ["last words"]], filled.Notes);
    }

    public void Dispose()
    {
        _deck.Dispose();
        _bench.Dispose();
    }

    private static DeckPlannerOptions Options(params (string Slide, string Text)[] notes) => new() { Notes = notes.ToDictionary(note => note.Slide, note => note.Text, StringComparer.Ordinal) };

    private Task<Filled> Fill(params (string Slide, string Text)[] notes) => _bench.FillAsync(_deck.Save(), new { customer = "Ada" }, Options(notes));
}
