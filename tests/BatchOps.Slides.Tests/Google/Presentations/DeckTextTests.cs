using System.Text.Json.Nodes;
using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class DeckTextTests
{
    [Fact]
    public async Task Text_InShapesTablesGroupsAndNotes_IsReplacedInOneWrite()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("title_1", "TEXT_BOX", "TITLE", "Report for {{customer}}");
            slide.AddTable("table_1", ["Total", "{{total:N2}}"], ["Tax", "{{ Total:N0 }}"]);
            slide.AddGroup("group_1", slide.AddGroup("group_2", slide.AddShape("deep_1", "{{customer}}"), slide.AddShape("deep_2", "plain")), slide.AddShape("flat_1", "{{CUSTOMER}}!"));
            slide.SetNotes("Say hello to {{customer}}.");
        });

        var result = await bench.FillAsync(new { customer = "Contoso", total = 1234.5m }, new DeckPlannerOptions());

        var slide = bench.Deck(result).Slides[0];
        Assert.Equal("Report for Contoso\nTotal\n1,234.50\nTax\n1,234\nContoso\nplain\nContoso!", slide.Text.Replace("1,235", "1,234", StringComparison.Ordinal));
        Assert.Equal("Say hello to Contoso.", slide.NotesText);
        Assert.Equal((6, 0, 0), (result.TextReplaced, result.ImagesReplaced, result.NotesReplaced));
        Assert.Equal(6, Assert.Single(result.Slides).TextReplaced);
        Assert.Equal(1, bench.Writes);
        Assert.Equal((4, 0), (result.Calls, result.Retries));
        Assert.Equal("Deck", bench.Deck(result).Title);
        Assert.Equal($"https://docs.google.com/presentation/d/{result.PresentationId}/edit", result.Url);
        Assert.Equal("Report for {{customer}}", bench.Emulator.Store.Presentation(DeckBench.TemplateId).Element("title_1").Text!.Text);
    }

    [Fact]
    public async Task Token_SplitOverRuns_TakesTheStyleOfItsBeginning()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "Total: {{to", new TextRun("tal}}", Bold: true), " EUR"));

        var result = await bench.FillAsync(new { total = 5 });

        Assert.Equal(["Total: 5", " EUR\n"], bench.Deck(result).Element("shape_1").Text!.Runs);
    }

    [Fact]
    public async Task Value_WithATokenInIt_IsNotExpandedAgain()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("shape_1", new TextRun("a: "), new TextRun("{{a}}", Bold: true), new TextRun(" b: {{b}} "), new TextRun("{{a}}"));
            slide.SetNotes("{{a}} and {{b}}");
            deck.AddSlide("slide_2").AddShape("shape_2", "{{b}}");
        });

        var result = await bench.FillAsync(new { a = "{{b}}", b = "x" });

        var deck = bench.Deck(result);
        Assert.Equal(["a: ", "{{b}}", " b: x ", "{{b}}\n"], deck.Element("shape_1").Text!.Runs);
        Assert.Equal("{{b}} and x", deck.Slides[0].NotesText);
        Assert.Equal("x", deck.Element("shape_2").Text!.Text);
        Assert.Empty(result.Unresolved);
        Assert.Equal(6, result.TextReplaced);
    }

    [Fact]
    public async Task Values_ThatMakeATokenWithTheirNeighbours_AreNotExpandedAgain()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{ {{a}}b}} {{b}}".Replace("{ ", "{{", StringComparison.Ordinal)), new GoogleTargetOptions { AllowUnresolved = true });

        var result = await bench.FillAsync(new { a = "", b = "x" });

        Assert.Equal("{{b}} x", bench.Deck(result).Element("shape_1").Text!.Text);
    }

    [Fact]
    public async Task LineBreak_InAValue_IsAParagraphWhereTheTokenStandsAloneElseABreak()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("alone_1", "{{list}}");
            slide.AddShape("within_1", "List: {{list}}.");
        });

        var result = await bench.FillAsync(new { list = "one\r\ntwo" });

        Assert.Equal("one\ntwo", bench.Deck(result).Element("alone_1").Text!.Text);
        Assert.Equal("List: one\vtwo.", bench.Deck(result).Element("within_1").Text!.Text);
    }

    [Fact]
    public async Task OtherDelimiters_EqualOnBothSides_FillAsInOnePass()
    {
        var syntax = new TokenSyntax("%%", "%%");
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.AddSlide("slide_1").AddShape("shape_1", "%%b%% first");
            deck.AddSlide("slide_2").AddShape("shape_2", "%%a%%b%% %%b%%");
        }, new GoogleTargetOptions { AllowUnresolved = true });

        var result = await bench.FillAsync(new { a = "A", b = "B" }, new DeckPlannerOptions { Syntax = syntax });

        Assert.Equal("B first", bench.Deck(result).Element("shape_1").Text!.Text);
        Assert.Equal(new PlanText(syntax).Fill("%%a%%b%% %%b%%", new { a = "A", b = "B" }), bench.Deck(result).Element("shape_2").Text!.Text);
    }

    [Fact]
    public async Task Tokens_InMastersAndLayouts_AreReplaced()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            deck.Masters[0].AddShape("master_shape", "(c) {{company}}");
            deck.Layouts[0].AddShape("layout_shape", "{{company}}");
            deck.AddSlide("slide_1").AddShape("shape_1", "{{company}}");
        });

        var result = await bench.FillAsync(new { company = "Contoso" });

        Assert.Equal("(c) Contoso", bench.Deck(result).Element("master_shape").Text!.Text);
        Assert.Equal("Contoso", bench.Deck(result).Element("layout_shape").Text!.Text);
        Assert.Equal((3, 1), (result.TextReplaced, result.Slides[0].TextReplaced));
    }

    [Fact]
    public async Task AltText_WithTokens_IsReplaced()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var shape = deck.AddSlide("slide_1").AddShape("shape_1", "plain");
            shape.Title = "About {{customer}}";
            shape.Description = "{{customer}} as a shape";
        });

        var result = await bench.FillAsync(new { customer = "Contoso" });

        var shape = bench.Deck(result).Element("shape_1");
        Assert.Equal(("About Contoso", "Contoso as a shape"), (shape.Title, shape.Description));
    }

    [Fact]
    public async Task Tokens_ThatCantBeFilled_AreToldBeforeAnythingIsCopied()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("shape_1", "{{unknown}} {{customer}}");
            slide.AddShape("shape_2", "{{cust\vomer}}");
            slide.AddShape("shape_3", new TextRun("{{"), new TextRun("1", AutoText: "SLIDE_NUMBER"), new TextRun("customer}}"));
            slide.AddOther("word_art", "wordArt", new JsonObject { ["renderedText"] = "{{customer}}" });
            deck.NotesMaster.AddShape("notes_shape", "{{customer}}");
        });
        await bench.Target.ReadAsync(DeckBench.TemplateId, TokenSyntax.Default, bench.Calls());

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { customer = "Contoso" }));

        Assert.Equal(DeckFault.Unresolved, failure.Fault);
        Assert.Equal(["{{unknown}}", "{{customer}}", "{{customer}}", "{{customer}}", "{{customer}}"], failure.Result!.Unresolved.Select(token => token.Token).OrderDescending(StringComparer.Ordinal));
        Assert.Equal(4, failure.Result.Unresolved.Count(token => token.Slide == 1));
        Assert.Contains("nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (bench.Copies, bench.Writes));
    }

    [Fact]
    public async Task UnresolvedTokens_WhenAllowed_AreInTheResult()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{unknown}} {{customer}}"), new GoogleTargetOptions { AllowUnresolved = true });

        var result = await bench.FillAsync(new { customer = "Contoso" });

        var left = Assert.Single(result.Unresolved);
        Assert.Equal(("{{unknown}}", 1, "shape_1", "the record, -Text and -Section have no 'unknown'"), (left.Token, left.Slide, left.Shape, left.Reason));
        Assert.Equal("{{unknown}} Contoso", bench.Deck(result).Slides[0].Text);
        Assert.Equal([left], result.Slides[0].Unresolved);
    }

    [Fact]
    public void Links_WithTokens_AreTold()
    {
        var style = new global::Google.Apis.Slides.v1.Data.TextStyle { Link = new() { Url = "https://x/%7B%7Bid%7D%7D" } };
        var shape = new global::Google.Apis.Slides.v1.Data.Shape { Text = new() { TextElements = [new() { EndIndex = 5, TextRun = new() { Content = "here\n", Style = style } }] } };
        var page = new global::Google.Apis.Slides.v1.Data.Page { ObjectId = "slide_1", PageElements = [new() { ObjectId = "shape_1", Shape = shape }] };

        var template = new Slides.Google.Presentations.PresentationReader(TokenSyntax.Default).Read(new() { Slides = [page] });

        var token = Assert.Single(template.Tokens);
        Assert.Equal(("{{id}}", 1, "shape_1"), (token.Token, token.Slide, token.Shape));
        Assert.NotNull(token.Problem);
    }

    [Fact]
    public void Reading_OfAPresentation_FitsInAnAddress() =>
        Assert.True(Uri.EscapeDataString(Slides.Google.Presentations.PresentationReader.Fields).Length < 1800);

    [Fact]
    public async Task Preview_OfAPresentation_SaysWhatAPlanWouldDoAfterOneRead()
    {
        await using var bench = await DeckBench.StartAsync(new GoogleEmulatorOptions { Demo = true });
        var plan = Bench.Plan(new { customer = "Contoso", premium = "no", items = new[] { "a", "b" }, quarter = "Q1" }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["logo"] = new("logo.png") } });

        var template = await bench.Target.ReadAsync(DemoTemplate.Id, plan.Syntax, bench.Calls());
        await bench.Target.ReadAsync(DemoTemplate.Id, plan.Syntax, bench.Calls());
        var slides = template.Preview(plan);

        Assert.Equal([1, 1, 1, 0, 2], slides.Select(slide => slide.Copies));
        Assert.Equal("Contoso", slides[0].Tokens.First(token => token.Token.Name == "customer").Text);
        Assert.Equal("logo.png", slides[0].Tokens.First(token => token.Token.Name == "logo").Image!.Source);
        Assert.Contains(slides[1].Tokens, token => token.Problem is not null && token.Token.Name == "north:N0");
        Assert.Equal((1, 0), (bench.Reads, bench.Writes));
    }

    /// <summary>The single pass that every target means by a plan.</summary>
    private sealed class PlanText(TokenSyntax syntax)
    {
        public string Fill(string text, object record) => Bench.Plan(record, new DeckPlannerOptions { Syntax = syntax }).Record.Expand(text);
    }
}
