using System.Xml.Linq;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml.Packaging;

namespace BatchOps.Slides.Tests.Pptx;

/// <summary>Slides that are dropped and repeated.</summary>
public sealed class SlideRuleFillTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly Deck _deck = new();

    [Fact]
    public async Task Fill_Conditions_DropSlidesWithTheirParts()
    {
        _deck.AddTexts("first");
        _deck.AddSlide(Deck.TextShape(2, "T", "paid") + Deck.TextShape(3, "Marker", "{{#if paid}}"));
        var unpaid = _deck.AddSlide(Deck.TextShape(2, "T", "unpaid") + Charts.Frame(3, "Chart"), "see {{#unless paid}}");
        Charts.Add(unpaid, Deck.Run("T"), Workbooks.Make(["A"]), ["A", "B"], ["1", "2"]);

        var filled = await Fill(new { paid = "yes" });

        Assert.Equal([["first"], ["paid"]], filled.Slides);
        Assert.Equal([1, 2], filled.Result.Slides.Select(slide => slide.TemplateNumber));
        Assert.DoesNotContain(filled.Names, name => name.Contains("chart", StringComparison.Ordinal) || name.Contains("embeddings", StringComparison.Ordinal) || name.Contains("slide3", StringComparison.Ordinal) || name.Contains("notesSlides", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fill_MarkerAmongText_LeavesTheTextAndTheSlide()
    {
        _deck.AddSlide(Deck.TextShape(2, "T", "Title {{#if paid}}") + Deck.Shape(3, "L", $"<a:p>{Deck.Run("{{#if paid}}")}</a:p><a:p>{Deck.Run("line")}</a:p>"), "{{#if paid}}");

        var filled = await Fill(new { paid = true });

        Assert.Equal(["Title ", "line"], filled.Slides[0]);
        Assert.Equal([""], filled.Notes[0]);
        Assert.Equal(0, filled.Result.TextReplaced);
    }

    [Fact]
    public async Task Fill_Each_RepeatsInOrderAndItemsWinOverTheRecord()
    {
        _deck.AddTexts("cover {{name}}");
        _deck.AddSlide(Deck.TextShape(2, "T", "{{name}} of {{company}}, {{@number}}/{{@count}}"), "{{#each people}}about {{name}}");
        _deck.AddTexts("end");

        var filled = await Fill(new { name = "All", company = "Acme", people = People("Ada", "Bob", "Cy") });

        Assert.Equal(["cover All", "Ada of Acme, 1/3", "Bob of Acme, 2/3", "Cy of Acme, 3/3", "end"], filled.Slides.Select(slide => slide[0]));
        Assert.Equal(["about Ada", "about Bob", "about Cy"], filled.Notes.Skip(1).Take(3).Select(notes => notes[0]));
        Assert.Equal(5, filled.Open(document => document.PresentationPart!.Presentation!.SlideIdList!.Elements<DocumentFormat.OpenXml.Presentation.SlideId>().Select(id => id.Id!.Value).Distinct().Count()));
        Assert.All(filled.Open(document => document.PresentationPart!.SlideParts.Where(slide => slide.NotesSlidePart is not null).Select(slide => (slide.Uri, slide.NotesSlidePart!.SlidePart!.Uri)).ToList()), pair => Assert.Equal(pair.Item1, pair.Item2));
    }

    [Fact]
    public async Task Fill_EachWithChart_EveryCopyHasItsOwnChartAndWorkbook()
    {
        var slide = _deck.AddSlide(Charts.Frame(2, "Chart") + Deck.TextShape(3, "Marker", "{{#each people}}"));
        Charts.Add(slide, Deck.Run("{{name}}"), Workbooks.Make(["", "{{name}}"], ["A", "{{n}}"]), ["A", "B"], ["0", "2"]);

        var filled = await Fill(new { people = People("Ada", "Bob") });

        var charts = filled.Open(document => document.PresentationPart!.SlideParts.Select(part => part.ChartParts.Single())
            .Select(chart => (Title: Filled.Paragraphs(chart.ChartSpace!.OuterXml)[0], Book: Workbooks.Read(Bytes(chart.EmbeddedPackagePart!)))).OrderBy(chart => chart.Title, StringComparer.Ordinal).ToList());
        Assert.Equal(["Ada", "Bob"], charts.Select(chart => chart.Title));
        Assert.Equal([" Ada", "A [1]"], charts[0].Book);
        Assert.Equal([" Bob", "A [2]"], charts[1].Book);
    }

    [Fact]
    public async Task Fill_EachWithPictures_PathsOfTheItems()
    {
        _bench.Folder.Write("Ada.png", Pictures.Png(4, 4, 1));
        _bench.Folder.Write("Bob.png", Pictures.Png(4, 4, 2));
        _deck.AddTexts("{{photo}}", "{{#each people}}", "{{name}}");

        var filled = await _bench.FillAsync(_deck.Save(), new { people = People("Ada", "Bob", "Ada") }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["photo"] = new("{{name}}.png") } });

        Assert.Equal([["Ada"], ["Bob"], ["Ada"]], filled.Slides);
        Assert.Equal(2, filled.Names.Count(name => name.StartsWith("ppt/media/", StringComparison.Ordinal)));
        Assert.Equal([1, 1, 1], filled.Result.Slides.Select(slide => slide.ImagesReplaced));
    }

    [Fact]
    public async Task Fill_Sections_StayInStepWithTheSlides()
    {
        _deck.AddTexts("a", "{{#each people}}");
        _deck.AddTexts("b", "{{#if no}}");
        _deck.AddTexts("c");
        _deck.PresentationExtras = "<p:extLst><p:ext uri=\"{521415D9-36F7-43E2-AB2F-B90AF26B5E84}\"><p14:sectionLst xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\"><p14:section name=\"For {{name}}\" id=\"{6FD6EAFE-5A6A-4E0C-8F5B-0DB3D7C0F4B1}\"><p14:sldIdLst><p14:sldId id=\"256\"/><p14:sldId id=\"257\"/></p14:sldIdLst></p14:section><p14:section name=\"End\" id=\"{6FD6EAFE-5A6A-4E0C-8F5B-0DB3D7C0F4B2}\"><p14:sldIdLst><p14:sldId id=\"258\"/></p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst>";

        var filled = await Fill(new { name = "Acme", no = 0, people = People("Ada", "Bob", "Cy") });

        XNamespace p14 = "http://schemas.microsoft.com/office/powerpoint/2010/main";
        var sections = filled.Xml("ppt/presentation.xml").Descendants(p14 + "section").ToList();
        Assert.Equal(["For Acme", "End"], sections.Select(section => section.Attribute("name")!.Value));
        var listed = filled.Xml("ppt/presentation.xml").Descendants(Filled.P + "sldId").Select(id => id.Attribute("id")!.Value).ToList();
        Assert.Equal(listed, sections.SelectMany(section => section.Descendants(p14 + "sldId")).Select(id => id.Attribute("id")!.Value));
        Assert.Equal([3, 1], sections.Select(section => section.Descendants(p14 + "sldId").Count()));
    }

    [Fact]
    public async Task Fill_LinkToADroppedSlide_IsTakenOff()
    {
        var from = _deck.AddSlide(Deck.Shape(2, "Link", "<a:p><a:r><a:rPr lang=\"en-US\"><a:hlinkClick r:id=\"rIdTo\" action=\"ppaction://hlinksldjump\"/></a:rPr><a:t>go</a:t></a:r></a:p>"));
        from.AddPart(_deck.AddTexts("gone", "{{#if no}}"), "rIdTo");

        var filled = await Fill(new { no = false });

        Assert.Equal([["go"]], filled.Slides);
        Assert.Empty(filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "hlinkClick"));
    }

    [Fact]
    public async Task Fill_CustomShow_LosesDroppedSlides()
    {
        _deck.AddTexts("a");
        _deck.AddTexts("{{#if no}}");
        _deck.PresentationExtras = "<p:custShowLst><p:custShow name=\"For {{who}}\" id=\"0\"><p:sldLst><p:sld r:id=\"rIdSlide257\"/><p:sld r:id=\"rIdSlide256\"/></p:sldLst></p:custShow></p:custShowLst>";

        var presentation = (await Fill(new { no = false, who = "all" })).Xml("ppt/presentation.xml");

        Assert.Equal(["rIdSlide256"], presentation.Descendants(Filled.P + "sld").Select(slide => slide.Attribute(Filled.R + "id")!.Value));
        Assert.Equal("For all", presentation.Descendants(Filled.P + "custShow").Single().Attribute("name")!.Value);
    }

    [Fact]
    public async Task Fill_SlideThatLinksToItself_CopiesLinkToThemselves()
    {
        var slide = _deck.AddSlide(Deck.Shape(2, "Link", "<a:p><a:r><a:rPr lang=\"en-US\"><a:hlinkClick r:id=\"rIdSelf\" action=\"ppaction://hlinksldjump\"/></a:rPr><a:t>again</a:t></a:r></a:p>") + Deck.TextShape(3, "Marker", "{{#each items}}"));
        slide.AddPart(slide, "rIdSelf");

        var filled = await Fill(new { items = new int[3] });

        Assert.All(filled.Open(document => document.PresentationPart!.SlideParts.Select(part => (part.Uri, part.GetPartById("rIdSelf").Uri)).ToList()), pair => Assert.Equal(pair.Item1, pair.Item2));
    }

    [Fact]
    public async Task Fill_CreationNumbersOfCopies_Differ()
    {
        _deck.AddSlide(Deck.TextShape(2, "Marker", "{{#each people}}") + Deck.TextShape(3, "T", "t"));
        var template = _deck.Save();
        template = Package.Edit(template, "ppt/slides/slide1.xml", xml => xml.Replace("</p:spTree>", "</p:spTree><p:extLst><p:ext uri=\"{BB962C8B-B14F-4D97-AF65-F5344CB8AC3E}\"><p14:creationId xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\" val=\"17\"/></p:ext></p:extLst>", StringComparison.Ordinal));

        var filled = await _bench.FillAsync(template, new { people = People("Ada", "Bob", "Cy") });

        var numbers = filled.Names.Where(name => name.StartsWith("ppt/slides/slide", StringComparison.Ordinal)).Select(name => filled.Xml(name).Descendants().Single(element => element.Name.LocalName == "creationId").Attribute("val")!.Value).ToList();
        Assert.Equal((3, 3), (numbers.Count, numbers.Distinct(StringComparer.Ordinal).Count()));
    }

    [Theory]
    [InlineData("{{#if missing}}", "have no 'missing'")]
    [InlineData("{{#each missing}}", "have no 'missing'")]
    [InlineData("{{#while x}}", "no slide rule")]
    [InlineData("{{/if}}", "no slide rule")]
    public async Task Fill_RuleThatCannotBeCarriedOut_IsReported(string marker, string reason)
    {
        _deck.AddTexts("x", marker);

        var left = Assert.Single((await Assert.ThrowsAsync<DeckException>(() => Fill(new { a = 1 }))).Result!.Unresolved);

        Assert.Equal((marker, 1), (left.Token, left.Slide));
        Assert.Contains(reason, left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fill_NoSlideLeft_Fails()
    {
        _deck.AddTexts("{{#if no}}");

        Assert.Equal(DeckFault.NoSlides, (await Assert.ThrowsAsync<DeckException>(() => Fill(new { no = false }))).Fault);
    }

    [Fact]
    public async Task Fill_MoreSlidesThanTheLimit_Fails()
    {
        _deck.AddTexts("{{#each items}}");
        var template = PptxTemplate.Read(_deck.Save(), "t", limits: new DeckLimits { Slides = 10 });

        var error = await Assert.ThrowsAsync<DeckException>(() => new PptxTarget(_bench.Images).FillAsync(template, Bench.Plan(new { items = new int[11] }), _bench.Output, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(DeckFault.TooLarge, error.Fault);
    }

    [Fact]
    public async Task Fill_OtherNumberOfSlides_TitlesOfTheTemplateLeaveTheProperties()
    {
        _deck.AddTexts("{{#each items}}");
        Deck.Put(_deck.Document.AddExtendedFilePropertiesPart(), "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><Slides>1</Slides><TitlesOfParts><vt:vector size=\"1\" baseType=\"lpstr\"><vt:lpstr>Only</vt:lpstr></vt:vector></TitlesOfParts></Properties>");

        var text = (await Fill(new { items = new int[4] })).Text("docProps/app.xml");

        Assert.Contains("<Slides>4</Slides>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Only", text, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _deck.Dispose();
        _bench.Dispose();
    }

    private static List<Dictionary<string, object?>> People(params string[] names) =>
        names.Select((name, i) => new Dictionary<string, object?>(StringComparer.Ordinal) { ["Name"] = name, ["n"] = i + 1 }).ToList();

    private static byte[] Bytes(OpenXmlPart part)
    {
        using var copy = new MemoryStream();
        part.GetStream().CopyTo(copy);
        return copy.ToArray();
    }

    private Task<Filled> Fill(object record) => _bench.FillAsync(_deck.Save(), record);
}
