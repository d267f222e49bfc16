using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class SlideRuleDeckTests
{
    private static readonly object[] TwoItems = [new Dictionary<string, object?> { ["name"] = "Tea" }, new Dictionary<string, object?> { ["name"] = "Coffee" }];

    [Fact]
    public async Task Conditions_OnSlidesAndInNotes_DropSlidesAndLeaveNoMarker()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.AddSlide("kept_1").AddShape("shape_1", "{{#if paid}}\nThanks {{name}}");
            deck.AddSlide("dropped_1").AddShape("shape_2", "{{#unless paid}}");
            var noted = deck.AddSlide("noted_1");
            noted.AddShape("shape_3", "{{#if region == EU}}");
            noted.AddShape("shape_4", "Region");
            noted.SetNotes("First\n{{#if paid}}");
            deck.AddSlide("last_1").AddShape("shape_5", "BODY", "BODY", "{{#if paid}}");
        });

        var result = await bench.FillAsync(new { paid = "yes", region = "eu", name = "Ann" });

        var deck = bench.Deck(result);
        Assert.Equal(["kept_1", "noted_1", "last_1"], deck.Slides.Select(slide => slide.Id));
        Assert.Equal(["Thanks Ann", "Region", ""], deck.Slides.Select(slide => slide.Text));
        Assert.Equal("First", deck.Slides[1].NotesText);
        Assert.Equal([1, 3, 4], result.Slides.Select(slide => slide.TemplateNumber));
        Assert.Equal([1, 2, 3], result.Slides.Select(slide => slide.Number));
        Assert.Equal(1, bench.Writes);
    }

    [Fact]
    public async Task Markers_InParagraphs_TakeTheirParagraphsWithThem()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("first_1", "{{#if a}}\none\ntwo");
            slide.AddShape("last_1", "one\n{{#if a}}\n {{#if b}} ");
            slide.AddShape("middle_1", "one\n{{#if a}}\ntwo {{#if b}}!\nthree");
            slide.AddTable("table_1", ["{{#if a}}", "x"]);
            slide.AddGroup("group_1", slide.AddShape("grouped_1", "{{#if a}}"), slide.AddShape("grouped_2", "y"));
        });

        var result = await bench.FillAsync(new { a = 1, b = 1 });

        Assert.Equal("one\ntwo|one|one\ntwo !\nthree||x||y", string.Join('|', bench.Deck(result).Slides[0].Elements.SelectMany(element => element.Texts).Select(text => text.Text)));
    }

    [Fact]
    public async Task Each_WithNotesAndTables_GivesEachDuplicateItsOwnValuesInOneWrite()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.AddSlide("first_1").AddShape("first_shape", "Start");
            var slide = deck.AddSlide("item_1");
            slide.AddShape("marker_1", "{{#each items}}");
            slide.AddTable("table_1", ["{{@number}} of {{@count}}", "{{name}}"]);
            slide.SetNotes(new TextRun("About {{name}}", Bold: true));
            deck.AddSlide("last_1").AddShape("last_shape", "{{#if more}}End");
        });

        var result = await bench.FillAsync(new { items = TwoItems, more = true });

        var deck = bench.Deck(result);
        Assert.Equal(["Start", "1 of 2\nTea", "2 of 2\nCoffee", "End"], deck.Slides.Select(slide => slide.Text));
        Assert.Equal([null, "About Tea", "About Coffee", null], deck.Slides.Select(slide => slide.NotesText));
        Assert.Equal([1, 2, 2, 3], result.Slides.Select(slide => slide.TemplateNumber));
        Assert.Equal([0, 4, 4, 0], result.Slides.Select(slide => slide.TextReplaced));
        Assert.Equal((1, 4), (bench.Writes, result.Calls));
    }

    [Fact]
    public async Task Each_WithValuesThatHoldTokens_KeepsThemOnEveryDuplicate()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("item_1");
            slide.AddShape("shape_1", "{{#each items}}\n{{.}} {{other}}");
            slide.SetNotes("{{.}}");
        });

        var result = await bench.FillAsync(new { items = new[] { "{{other}}", "b", "{{.}}" }, other = "o" });

        Assert.Equal(["{{other}} o", "b o", "{{.}} o"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal(["{{other}}", "b", "{{.}}"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Empty(result.Unresolved);
    }

    [Fact]
    public async Task Each_WithNotesForSlidesThatHaveNone_WritesThemOnceTheDuplicatesAreThere()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("item_1").AddShape("shape_1", "{{#each items}}{{.}}"));

        var result = await bench.FillAsync(new { items = new[] { "a", "b" } }, new DeckPlannerOptions { Notes = new Dictionary<string, string> { ["*"] = "Note {{.}}" } });

        Assert.Equal(["Note a", "Note b"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Equal((2, 2), (result.NotesReplaced, bench.Writes));
    }

    [Fact]
    public async Task Rule_ThatAsksForAnUnknownName_StaysAndIsTold()
    {
        await using var bench = await DeckBench.WithAsync(
            deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{#if nobody}}\n{{#bogus}}\ntext"),
            new GoogleTargetOptions { AllowUnresolved = true });

        var result = await bench.FillAsync(new { paid = 1 });

        Assert.Equal("{{#if nobody}}\n{{#bogus}}\ntext", bench.Deck(result).Slides[0].Text);
        Assert.Equal(["the record, -Text and -Section have no 'nobody'", SlideRule.NotOne], result.Unresolved.Select(token => token.Reason));
    }

    [Fact]
    public async Task Rules_ThatLeaveNoSlide_FailAndLeaveNoCopy()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{#if paid}}"));

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { paid = false }));

        Assert.Equal(DeckFault.NoSlides, failure.Fault);
        Assert.Equal([DeckBench.TemplateId], bench.Emulator.Store.Files.Select(file => file.Id));
    }

    [Fact]
    public async Task Each_BeyondTheSlideLimit_IsRefused()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{#each items}}"), new GoogleTargetOptions { SlideLimit = 3 });

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { items = new[] { 1, 2, 3, 4 } }));

        Assert.Equal(DeckFault.TooLarge, failure.Fault);
    }

    [Fact]
    public async Task InPlace_FilledTwiceWithDuplicates_DuplicatesUnderNewIds()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{#each items}}{{.}}"));
        await bench.FillAsync(DeckBench.InPlace(new { items = new[] { "a", "b" } }));
        bench.Emulator.Store.Edit(DeckBench.TemplateId, deck => deck.Slides[1].AddShape("again_1", "{{#each items}}{{.}}"));

        var result = await bench.FillAsync(DeckBench.InPlace(new { items = new[] { "c", "d" } }));

        Assert.Equal(["a", "b\nc", "b\nd"], bench.Deck(result).Slides.Select(slide => slide.Text));
    }
}
