using BatchOps.Slides.Pptx;

namespace BatchOps.Slides.Tests.Pptx;

public sealed class TextTests : IDisposable
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Fill_TokenOverThreeRuns_TakesTheFirstRunsFormattingAndKeepsTheRuns()
    {
        var filled = await Fill(Deck.Run("Dear {{cust", "b=\"1\"") + Deck.Run("om", "i=\"1\"") + Deck.Run("er}}, hello", "u=\"sng\""), new { customer = "Ada" });

        var runs = Paragraph(filled).Elements(Filled.A + "r").Select(run => (run.Element(Filled.A + "rPr")!.Attributes().Single().Name.LocalName, run.Element(Filled.A + "t")!.Value));
        Assert.Equal([("b", "Dear Ada"), ("i", ""), ("u", ", hello")], runs);
    }

    [Fact]
    public async Task Fill_SeveralTokensThatShareRuns_AllReplaced()
    {
        var filled = await Fill(Deck.Run("{{a}}-{{", "b=\"1\"") + Deck.Run("b}}{{c}}{", "i=\"1\"") + Deck.Run("{a}}.", "u=\"sng\""), new { a = "1", b = "2", c = "3" });

        Assert.Equal(["1-2", "31", "."], Paragraph(filled).Elements(Filled.A + "r").Select(run => run.Element(Filled.A + "t")!.Value));
        Assert.Equal(4, filled.Result.TextReplaced);
    }

    [Fact]
    public async Task Fill_ValueWithXmlAndTokens_StandsThereAsData()
    {
        var filled = await Fill(Deck.Run("{{a}}"), new { a = "<b> & {{a}} {{b}}" });

        Assert.Equal("<b> & {{a}} {{b}}", filled.Slides[0][0]);
        Assert.Empty(filled.Result.Unresolved);
    }

    [Fact]
    public async Task Fill_TokenOfTheTemplateBesideTheSameInAValue_IsStillReported()
    {
        var error = await Assert.ThrowsAsync<DeckException>(() => Fill(Deck.Run("{{a}} {{b}}"), new { a = "{{b}}" }));

        Assert.Equal("{{b}}", Assert.Single(error.Result!.Unresolved).Token);
    }

    [Fact]
    public async Task Fill_LinesInAToken_ThatIsAllOfItsParagraph_BecomeParagraphsOfTheSameStyle()
    {
        var filled = await Fill("<a:pPr marL=\"342900\"><a:buChar char=\"x\"/></a:pPr>" + Deck.Run("{{bo", "b=\"1\"") + Deck.Run("dy}}"), new { body = "one\ntwo\r\nthree" });

        Assert.Equal(["one", "two", "three"], filled.Slides[0]);
        Assert.Equal(3, filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "buChar").Count());
        Assert.All(filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "p"), paragraph => Assert.Equal("1", paragraph.Descendants(Filled.A + "rPr").First().Attribute("b")?.Value));
    }

    [Fact]
    public async Task Fill_LinesInATokenAmongText_BecomeLineBreaksWithTheRunsFormatting()
    {
        var filled = await Fill(Deck.Run("To {{address}} and {{address}}", "b=\"1\""), new { address = "Street\nTown" });

        Assert.Equal("To Street|Town and Street|Town", filled.Slides[0][0]);
        Assert.All(Paragraph(filled).Descendants(Filled.A + "rPr"), properties => Assert.Equal("1", properties.Attribute("b")?.Value));
    }

    [Theory]
    [InlineData("<a:br><a:rPr lang=\"en-US\"/></a:br>")]
    [InlineData("<a:fld id=\"{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}\" type=\"slidenum\"><a:rPr lang=\"en-US\"/><a:t>1</a:t></a:fld>")]
    public async Task Fill_TokenCutInTwoByABreakOrField_IsReported(string barrier)
    {
        var middle = barrier.Contains("fld", StringComparison.Ordinal) ? "1" : string.Empty;
        var error = await Assert.ThrowsAsync<DeckException>(() => Fill(Deck.Run("{{a}} {{cus") + barrier + Deck.Run("tomer}}"), new { a = "x", customer = "Ada" }));

        var left = Assert.Single(error.Result!.Unresolved);
        Assert.Equal("{{cus" + middle + "tomer}}", left.Token);
        Assert.Contains("cuts it in two", left.Reason, StringComparison.Ordinal);
        Assert.Equal((1, "Text"), (left.Slide, left.Shape));
        Assert.Equal(1, error.Result.TextReplaced);
    }

    [Fact]
    public async Task Fill_TokensAroundABreak_BothReplaced()
    {
        var filled = await Fill(Deck.Run("{{a}}") + "<a:br/>" + Deck.Run("{{a}}"), new { a = "x" });

        Assert.Equal("x|x", filled.Slides[0][0]);
    }

    [Fact]
    public async Task Fill_ShrunkText_LosesTheStaleScale()
    {
        using var deck = new Deck();
        deck.AddSlide((Deck.TextShape(2, "Filled", "{{a}}") + Deck.TextShape(3, "Other", "plain")).Replace("<a:bodyPr/>", "<a:bodyPr><a:normAutofit fontScale=\"40000\" lnSpcReduction=\"20000\"/></a:bodyPr>", StringComparison.Ordinal));

        var filled = await _bench.FillAsync(deck.Save(), new { a = "x" });

        Assert.Equal([0, 2], filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "normAutofit").Select(fit => fit.Attributes().Count()));
    }

    [Fact]
    public async Task Fill_UnknownToken_IsReportedWithSlideAndShapeAndNothingIsWritten()
    {
        using var deck = new Deck();
        deck.AddTexts("fine");
        deck.AddTexts("{{a}}", "{{nobody}} and {{nobody}}");

        var error = await Assert.ThrowsAsync<DeckException>(() => _bench.FillAsync(deck.Save(), new { a = "x" }));

        Assert.Equal(DeckFault.Unresolved, error.Fault);
        Assert.Equal([(2, "Shape 2", "{{nobody}}"), (2, "Shape 2", "{{nobody}}")], error.Result!.Unresolved.Select(left => (left.Slide!.Value, left.Shape!, left.Token)));
        Assert.Equal([0, 2], error.Result.Slides.Select(slide => slide.Unresolved.Count));
        Assert.Contains("{{nobody}} on slide 2, shape 'Shape 2'", error.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Folder.Files);
    }

    [Fact]
    public async Task Fill_UnknownTokenAllowed_StaysAndIsReported()
    {
        using var deck = new Deck();
        deck.AddTexts("{{a}} {{nobody}}");

        var filled = await _bench.FillAsync(deck.Save(), Bench.Plan(new { a = "x" }), new PptxTargetOptions { AllowUnresolved = true });

        Assert.Equal("x {{nobody}}", filled.Slides[0][0]);
        Assert.Single(filled.Result.Unresolved);
    }

    public void Dispose() => _bench.Dispose();

    private static System.Xml.Linq.XElement Paragraph(Filled filled) => filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "p").First();

    private async Task<Filled> Fill(string runs, object record)
    {
        using var deck = new Deck();
        deck.AddSlide(Deck.Shape(2, "Text", $"<a:p>{runs}</a:p>"));
        return await _bench.FillAsync(deck.Save(), record);
    }
}
