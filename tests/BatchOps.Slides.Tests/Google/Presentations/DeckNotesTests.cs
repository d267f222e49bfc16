using BatchOps.Emulators.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class DeckNotesTests
{
    private static DeckPlannerOptions Notes(params (string Slide, string Text)[] notes) =>
        new() { Notes = notes.ToDictionary(note => note.Slide, note => note.Text) };

    [Fact]
    public async Task Notes_ThatAreThere_AreReplacedInTheirStyle()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("title_1", "TEXT_BOX", "TITLE", "Figures");
            slide.SetNotes(new TextRun("Old {{x}}", Bold: true), "\nof two lines\n");
            deck.AddSlide("slide_2").SetNotes("Stays");
        });

        var result = await bench.FillAsync(new { name = "Ann" }, Notes(("figures", "Hello {{name}}\nsecond line")));

        var deck = bench.Deck(result);
        Assert.Equal(["Hello Ann\nsecond line", "Stays"], deck.Slides.Select(slide => slide.NotesText));
        Assert.Equal((1, 0), (result.NotesReplaced, result.TextReplaced));
        Assert.Equal([1, 0], result.Slides.Select(slide => slide.NotesReplaced));
    }

    [Fact]
    public async Task Notes_WithoutAShape_AreCreated()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.AddSlide("slide_1");
            deck.AddSlide("slide_2").SetNotes("");
        });

        var result = await bench.FillAsync(new { name = "Ann" }, Notes(("*", "For {{name}}")));

        Assert.Equal(["For Ann", "For Ann"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Equal((2, 1), (result.NotesReplaced, bench.Writes));
    }

    [Fact]
    public async Task Notes_MadeEmpty_AreEmpty()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.AddSlide("slide_1").SetNotes("Gone");
            deck.AddSlide("slide_2").AddShape("shape_1", "{{name}}");
        });

        var result = await bench.FillAsync(new { name = "Ann" }, Notes(("*", "")));

        Assert.Equal(["", null], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Equal("Ann", bench.Deck(result).Slides[1].Text);
    }

    [Fact]
    public async Task Notes_WithATokenWithoutValue_AreUnresolved()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1"));

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { name = "Ann" }, Notes(("1", "{{nobody}} {{name}}"))));

        Assert.Equal(["{{nobody}}"], failure.Result!.Unresolved.Select(token => token.Token));
    }
}
