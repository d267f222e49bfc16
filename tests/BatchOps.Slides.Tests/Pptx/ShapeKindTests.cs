using System.Text;
using System.Xml.Linq;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml.CustomProperties;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.VariantTypes;

namespace BatchOps.Slides.Tests.Pptx;

/// <summary>Each kind of place that a token may stand in.</summary>
public sealed class ShapeKindTests : IDisposable
{
    private static readonly XNamespace C = "http://schemas.openxmlformats.org/drawingml/2006/chart";

    private readonly Bench _bench = new();
    private readonly Deck _deck = new();

    [Fact]
    public async Task Fill_NestedGroup()
    {
        _deck.AddSlide(Group(2, Group(3, Deck.TextShape(4, "Inner", "{{a}}"))));

        Assert.Equal("x", (await Fill()).Slides[0][0]);
    }

    [Fact]
    public async Task Fill_Table()
    {
        _deck.AddSlide($"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"2\" name=\"Table\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"100\" cy=\"100\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\"><a:tbl><a:tblPr><a:tableStyleId>{{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}}</a:tableStyleId></a:tblPr><a:tblGrid><a:gridCol w=\"100\"/></a:tblGrid><a:tr h=\"100\"><a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p>{Deck.Run("{{")}{Deck.Run("a}}")}</a:p></a:txBody><a:tcPr/></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>");

        Assert.Equal("x", (await Fill()).Slides[0][0]);
    }

    [Fact]
    public async Task Fill_BothBranchesOfAlternateContent()
    {
        _deck.AddSlide($"<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\" Requires=\"p14\">{Deck.TextShape(2, "Text", "new {{a}}")}</mc:Choice><mc:Fallback>{Deck.TextShape(2, "Text", "old {{a}}")}</mc:Fallback></mc:AlternateContent>");

        var filled = await Fill();

        Assert.Equal(["new x", "old x"], Filled.Paragraphs(filled.Text("ppt/slides/slide1.xml")));
        Assert.Equal(2, filled.Result.TextReplaced);
    }

    [Fact]
    public async Task Fill_NotesMastersLayoutsAndAlternativeTexts()
    {
        _deck.SetLayout(Deck.TextShape(2, "Text", "layout {{a}}"));
        _deck.SetMaster(Deck.TextShape(2, "Text", "master {{a}}"));
        _deck.AddSlide(Deck.TextShape(2, "Chart of {{a}}", "text").Replace("name=\"Chart", "descr=\"About {{a}}\" title=\"T {{a}}\" name=\"Chart", StringComparison.Ordinal), "notes {{a}}");

        var filled = await Fill();

        Assert.Equal(["notes x"], filled.Notes[0]);
        Assert.Equal(["layout x"], Filled.Paragraphs(filled.Text("ppt/slideLayouts/slideLayout1.xml")));
        Assert.Equal(["master x"], Filled.Paragraphs(filled.Text("ppt/slideMasters/slideMaster1.xml")));
        var drawing = filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.P + "cNvPr").Last();
        Assert.Equal(["About x", "T x", "Chart of x"], new[] { "descr", "title", "name" }.Select(name => drawing.Attribute(name)!.Value));
    }

    [Fact]
    public async Task Fill_TokenLeftInALayout_IsReportedWithoutASlide()
    {
        _deck.SetLayout(Deck.TextShape(2, "Prompt", "layout {{nobody}}"));
        _deck.AddTexts("x");

        var left = Assert.Single((await Assert.ThrowsAsync<DeckException>(Fill)).Result!.Unresolved);

        Assert.Equal((null, "Prompt", "/ppt/slideLayouts/slideLayout1.xml"), (left.Slide, left.Shape, left.Part));
    }

    [Fact]
    public async Task Fill_Chart_TitleCacheAndWorkbook()
    {
        var slide = _deck.AddSlide(Charts.Frame(2, "Chart"));
        Charts.Add(slide, Deck.Run("Sales of {{") + Deck.Run("a}}"), Workbooks.Make(["", "{{a}} sales"], ["{{a}}", 1], ["Rest", "{{n}}"]), ["{{a}}", "Rest"], ["1", "0"]);

        var filled = await Fill(new { a = "2024", n = "17.5" });

        var chart = filled.Xml("ppt/slides/charts/chart1.xml");
        Assert.Equal(["Sales of 2024"], Filled.Paragraphs(chart.ToString()));
        Assert.Equal(["2024", "Rest", "1", "17.5"], chart.Descendants(C + "v").Select(value => value.Value));
        Assert.Equal([" 2024 sales", "2024 [1]", "Rest [17.5]"], Workbooks.Read(filled.Data(filled.Names.Single(name => name.Contains("embeddings", StringComparison.Ordinal)))));
    }

    [Fact]
    public async Task Fill_ChartNumberWithoutCachedPoint_IsAdded()
    {
        var slide = _deck.AddSlide(Charts.Frame(2, "Chart"));
        Charts.Add(slide, Deck.Run("T"), Workbooks.Make([""], ["A", "{{n}}"], ["B", 2]), ["A", "B"], ["", "2"]);

        var filled = await Fill(new { n = 3 });

        Assert.Equal(["3", "2"], filled.Xml("ppt/slides/charts/chart1.xml").Descendants(C + "numCache").Descendants(C + "v").Select(value => value.Value));
    }

    [Fact]
    public async Task Fill_TokenLeftInAChartsWorkbook_IsReportedWithSlideAndShape()
    {
        _deck.AddTexts("x");
        var slide = _deck.AddSlide(Charts.Frame(2, "Sales chart"));
        Charts.Add(slide, Deck.Run("T"), Workbooks.Make(["", "{{nobody}}"], ["A", 1]), ["A", "B"], ["1", "2"]);

        var left = Assert.Single((await Assert.ThrowsAsync<DeckException>(Fill)).Result!.Unresolved);

        Assert.Equal((2, "Sales chart"), (left.Slide, left.Shape));
        Assert.Contains("embeddings", left.Part, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fill_SmartArt_DataAndCachedDrawing()
    {
        var slide = _deck.AddSlide("<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"2\" name=\"Art\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"100\" cy=\"100\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\"><dgm:relIds xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" r:dm=\"rIdData\" r:lo=\"rIdLayout2\" r:qs=\"rIdStyle\" r:cs=\"rIdColors\"/></a:graphicData></a:graphic></p:graphicFrame>");
        const string Dgm = "xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"";
        Deck.Put(slide.AddNewPart<DiagramDataPart>("rIdData"), $"<dgm:dataModel {Dgm}><dgm:ptLst><dgm:pt modelId=\"1\" type=\"doc\"/><dgm:pt modelId=\"2\"><dgm:prSet/><dgm:spPr/><dgm:t><a:bodyPr/><a:lstStyle/><a:p>{Deck.Run("{{")}{Deck.Run("a}}")}</a:p></dgm:t></dgm:pt></dgm:ptLst><dgm:cxnLst/></dgm:dataModel>");
        Deck.Put(slide.AddNewPart<DiagramLayoutDefinitionPart>("rIdLayout2"), $"<dgm:layoutDef {Dgm} uniqueId=\"u\"><dgm:layoutNode name=\"n\"/></dgm:layoutDef>");
        Deck.Put(slide.AddNewPart<DiagramStylePart>("rIdStyle"), $"<dgm:styleDef {Dgm} uniqueId=\"s\"/>");
        Deck.Put(slide.AddNewPart<DiagramColorsPart>("rIdColors"), $"<dgm:colorsDef {Dgm} uniqueId=\"c\"/>");
        Deck.Put(slide.AddNewPart<DiagramPersistLayoutPart>("rIdDrawing"), $"<dsp:drawing xmlns:dsp=\"http://schemas.microsoft.com/office/drawing/2008/diagram\" {Dgm}><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id=\"0\" name=\"\"/><dsp:cNvGrpSpPr/></dsp:nvGrpSpPr><dsp:grpSpPr/><dsp:sp modelId=\"{{2}}\"><dsp:nvSpPr><dsp:cNvPr id=\"0\" name=\"\"/><dsp:cNvSpPr/></dsp:nvSpPr><dsp:spPr/><dsp:txBody><a:bodyPr/><a:lstStyle/><a:p>{Deck.Run("{{a}}")}</a:p></dsp:txBody></dsp:sp></dsp:spTree></dsp:drawing>".Replace("modelId=\"{2}\"", "modelId=\"{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}\"", StringComparison.Ordinal));

        var filled = await Fill();

        Assert.Equal(2, filled.Result.TextReplaced);
        Assert.All(filled.Names.Where(name => name.Contains("/data", StringComparison.Ordinal) || name.Contains("/drawing", StringComparison.Ordinal)), name => Assert.Equal(["x"], Filled.Paragraphs(filled.Text(name))));
    }

    [Theory]
    [InlineData("https://example.org/?q=%7B%7Ba%7D%7D&y=1", "a b&c", "https://example.org/?q=a%20b%26c&y=1")]
    [InlineData("https://example.org/{{a}}", "x/y", "https://example.org/x%2Fy")]
    [InlineData("%7B%7Ba%7D%7D", "https://acme.example/über uns?x=1", "https://acme.example/%C3%BCber%20uns?x=1")]
    [InlineData("mailto:sales@example.org?subject=%7b%7ba%7d%7d", "Order 1 & 2", "mailto:sales@example.org?subject=Order%201%20%26%202")]
    public async Task Fill_Hyperlink_TargetAndTooltip(string target, string value, string expected)
    {
        AddLink(target);

        var filled = await Fill(new { a = value });

        Assert.Equal([expected], filled.Open(document => document.PresentationPart!.SlideParts.Single().HyperlinkRelationships.Select(link => link.Uri.OriginalString).ToList()));
        Assert.Equal("Go to " + value, filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "hlinkClick").Single().Attribute("tooltip")!.Value);
    }

    [Fact]
    public async Task Fill_HyperlinkWithoutAddress_IsTakenOffTheText()
    {
        AddLink("%7B%7Ba%7D%7D");

        var filled = await Fill(new { a = "" });

        Assert.Empty(filled.Xml("ppt/slides/slide1.xml").Descendants(Filled.A + "hlinkClick"));
        Assert.Equal("link", filled.Slides[0][0]);
    }

    [Fact]
    public async Task Fill_TokenLeftInAHyperlink_IsReported()
    {
        AddLink("https://example.org/%7B%7Bnobody%7D%7D");

        Assert.Equal("{{nobody}}", Assert.Single((await Assert.ThrowsAsync<DeckException>(() => Fill(new { a = 1 }))).Result!.Unresolved).Token);
    }

    [Fact]
    public async Task Fill_DocumentProperties()
    {
        _deck.AddTexts("x");
        _deck.Document.PackageProperties.Title = "Report for {{a}}";
        Deck.Put(_deck.Document.AddExtendedFilePropertiesPart(), "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><Slides>1</Slides><TitlesOfParts><vt:vector size=\"1\" baseType=\"lpstr\"><vt:lpstr>About {{a}}</vt:lpstr></vt:vector></TitlesOfParts></Properties>");
        _deck.Document.AddCustomFilePropertiesPart().Properties = new Properties(new CustomDocumentProperty(new VTLPWSTR("for {{a}}")) { FormatId = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", PropertyId = 2, Name = "Customer" });

        var filled = await Fill(new { a = "Acme" });

        Assert.Equal("Report for Acme", filled.Open(document => document.PackageProperties.Title));
        Assert.Contains("About Acme", filled.Text("docProps/app.xml"), StringComparison.Ordinal);
        Assert.Contains("for Acme", filled.Text("docProps/custom.xml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("ole")]
    public async Task Fill_EmbeddedDocument_IsReportedNotFilled(string kind)
    {
        var slide = _deck.AddTexts("x");
        OpenXmlPart part = kind == "zip" ? slide.AddNewPart<EmbeddedPackagePart>("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "rIdEmbedded") : slide.AddEmbeddedObjectPart("application/vnd.openxmlformats-officedocument.oleObject");
        using (var stream = new MemoryStream(kind == "zip" ? Workbooks.Make(["{{a}}"]) : [0xD0, 0xCF, 0x11, 0xE0, .. Encoding.Unicode.GetBytes("..{{a}}..")]))
        {
            part.FeedData(stream);
        }

        var left = Assert.Single((await Assert.ThrowsAsync<DeckException>(Fill)).Result!.Unresolved);

        Assert.Equal(("{{a}}", 1), (left.Token, left.Slide));
        Assert.Contains("embedded", left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fill_CommentAndCustomData_FilledAndReported()
    {
        var slide = _deck.AddTexts("x");
        Deck.Put(_deck.Presentation.AddNewPart<CommentAuthorsPart>(), $"<p:cmAuthorLst {Deck.Namespaces}><p:cmAuthor id=\"0\" name=\"A\" initials=\"A\" lastIdx=\"1\" clrIdx=\"0\"/></p:cmAuthorLst>");
        Deck.Put(slide.AddNewPart<SlideCommentsPart>(), $"<p:cmLst {Deck.Namespaces}><p:cm authorId=\"0\" idx=\"1\"><p:pos x=\"1\" y=\"1\"/><p:text>see {{{{a}}}}</p:text></p:cm></p:cmLst>");
        Deck.Put(_deck.Presentation.AddCustomXmlPart(CustomXmlPartType.CustomXml), "<data>{{a}}</data>");

        var error = await Assert.ThrowsAsync<DeckException>(Fill);

        Assert.Contains("customXml", Assert.Single(error.Result!.Unresolved).Part, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, error.Result.TextReplaced);
    }

    public void Dispose()
    {
        _deck.Dispose();
        _bench.Dispose();
    }

    private static string Group(int id, string shapes) => $"<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"{id}\" name=\"Group\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:grpSp>";

    private void AddLink(string target)
    {
        var slide = _deck.AddSlide(Deck.Shape(2, "Link", "<a:p><a:r><a:rPr lang=\"en-US\"><a:hlinkClick r:id=\"rIdLink\" tooltip=\"Go to {{a}}\"/></a:rPr><a:t>link</a:t></a:r></a:p>"));
        slide.AddHyperlinkRelationship(new Uri(target, UriKind.RelativeOrAbsolute), isExternal: true, "rIdLink");
    }

    private Task<Filled> Fill() => Fill(new { a = "x" });

    private Task<Filled> Fill(object record) => _bench.FillAsync(_deck.Save(), record);
}
