using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Pptx;
using DocumentFormat.OpenXml.Packaging;

namespace BatchOps.Slides.Tests.Pptx;

public sealed class PictureTests : IDisposable
{
    private static readonly XNamespace A = Filled.A;
    private static readonly XNamespace P = Filled.P;

    private readonly Bench _bench = new();
    private readonly Deck _deck = new();

    public PictureTests()
    {
        _bench.Folder.Write("wide.png", Pictures.Png(200, 100));
        _bench.Folder.Write("square.gif", Pictures.Gif(50, 50));
        _bench.Folder.Write("again.png", Pictures.Png(200, 100));
    }

    [Fact]
    public async Task Place_Shape_KeepsOrderNameNumberAndAlternativeText()
    {
        _deck.AddSlide(Deck.TextShape(2, "Before", "b") + Deck.TextShape(3, "Logo", " {{logo}} ").Replace("name=\"Logo\"", "name=\"Logo\" descr=\"Our logo\"", StringComparison.Ordinal) + Deck.TextShape(4, "After", "a"));

        var filled = await Fill("wide.png");

        var tree = filled.Xml("ppt/slides/slide1.xml").Descendants(P + "spTree").Single();
        Assert.Equal(["sp", "pic", "sp"], tree.Elements().Skip(2).Select(element => element.Name.LocalName));
        var drawing = tree.Element(P + "pic")!.Descendants(P + "cNvPr").Single();
        Assert.Equal(("3", "Logo", "Our logo"), (drawing.Attribute("id")!.Value, drawing.Attribute("name")!.Value, drawing.Attribute("descr")!.Value));
        Assert.Equal((1, 1), (filled.Result.ImagesReplaced, filled.Result.Slides[0].ImagesReplaced));
    }

    [Theory]
    [InlineData(ImageFit.Inside, "wide.png", "1000 2000 3000 1500", "")]
    [InlineData(ImageFit.Inside, "square.gif", "1750 2000 1500 1500", "")]
    [InlineData(ImageFit.Crop, "wide.png", "1000 2000 3000 1500", "")]
    [InlineData(ImageFit.Crop, "square.gif", "1000 2000 3000 1500", "t25000 b25000")]
    public async Task Place_Fit(ImageFit fit, string image, string frame, string cut)
    {
        _deck.AddTexts("{{logo}}");

        var picture = Picture(await Fill(image, fit));

        Assert.Equal(frame, Frame(picture));
        Assert.Equal(cut, string.Join(' ', picture.Descendants(A + "srcRect").Attributes().Select(attribute => attribute.Name.LocalName + attribute.Value)));
    }

    [Fact]
    public async Task Place_CropOfAWiderPicture_CutsTheSides()
    {
        _deck.AddSlide(Deck.Shape(2, "Logo", $"<a:p>{Deck.Run("{{logo}}")}</a:p>", Deck.Frame(0, 0, 1000, 1000)));

        Assert.Equal("l25000 r25000", string.Join(' ', Picture(await Fill("wide.png", ImageFit.Crop)).Descendants(A + "srcRect").Attributes().Select(attribute => attribute.Name.LocalName + attribute.Value)));
    }

    [Fact]
    public async Task Place_InAGroupThatStretches_KeepsThePicturesProportions()
    {
        var shape = Deck.Shape(3, "Logo", $"<a:p>{Deck.Run("{{logo}}")}</a:p>", Deck.Frame(0, 0, 1000, 1000));
        _deck.AddSlide($"<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"2\" name=\"Group\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"4000\" cy=\"1000\"/><a:chOff x=\"0\" y=\"0\"/><a:chExt cx=\"1000\" cy=\"1000\"/></a:xfrm></p:grpSpPr>{shape}</p:grpSp>");

        // Seen from outside the frame is 4000 x 1000, the picture in it 2000 x 1000.
        Assert.Equal("250 0 500 1000", Frame(Picture(await Fill("wide.png"))));
    }

    [Theory]
    [InlineData("type=\"title\"", "100 200 8000 900", false)]
    [InlineData("idx=\"1\"", "500 1600 4000 2000", true)]
    public async Task Place_Placeholder_TakesTheFrameOfLayoutOrMaster(string placeholder, string frame, bool stays)
    {
        _deck.SetLayout(Deck.Placeholder(2, "Title", "type=\"title\"", "Layout title", string.Empty) + Deck.Placeholder(3, "Body", "idx=\"1\"", "Layout body", Deck.Frame(500, 1600, 4000, 2000)));
        _deck.AddSlide(Deck.Placeholder(2, "Logo", placeholder, "{{logo}}", string.Empty));

        var picture = Picture(await Fill("wide.png", ImageFit.Crop));

        Assert.Equal(frame, Frame(picture));
        Assert.Equal(stays, picture.Descendants(P + "ph").Any());
    }

    [Fact]
    public async Task Place_RotationOutlineAndLink_Stay()
    {
        var slide = _deck.AddSlide(Deck.Shape(2, "Logo", "<a:p><a:r><a:rPr lang=\"en-US\"><a:hlinkClick r:id=\"rIdLink\"/></a:rPr><a:t>{{logo}}</a:t></a:r></a:p>")
            .Replace("<a:xfrm>", "<a:xfrm rot=\"600000\">", StringComparison.Ordinal)
            .Replace("<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>", "<a:prstGeom prst=\"ellipse\"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val=\"FF0000\"/></a:solidFill><a:ln w=\"12700\"/>", StringComparison.Ordinal));
        slide.AddHyperlinkRelationship(new Uri("https://example.org/"), isExternal: true, "rIdLink");

        var picture = Picture(await Fill("wide.png"));

        Assert.Equal("600000", picture.Descendants(A + "xfrm").Single().Attribute("rot")!.Value);
        Assert.Equal("ellipse", picture.Descendants(A + "prstGeom").Single().Attribute("prst")!.Value);
        Assert.Equal("12700", picture.Descendants(A + "ln").Single().Attribute("w")!.Value);
        Assert.Empty(picture.Descendants(A + "solidFill"));
        Assert.Equal("rIdLink", picture.Descendants(P + "cNvPr").Single().Element(A + "hlinkClick")!.Attribute(Filled.R + "id")!.Value);
    }

    [Fact]
    public async Task Place_AnimatedShape_KeepsItsAnimationAsAWhole()
    {
        _deck.AddSlide(
            Deck.TextShape(2, "Logo", "{{logo}}") + Deck.TextShape(3, "Text", "text"),
            after: "<p:timing><p:tnLst><p:par><p:cTn id=\"1\" dur=\"indefinite\" restart=\"never\" nodeType=\"tmRoot\"><p:childTnLst><p:set><p:cBhvr><p:cTn id=\"2\" dur=\"1\"/><p:tgtEl><p:spTgt spid=\"2\"><p:txEl><p:pRg st=\"0\" end=\"0\"/></p:txEl></p:spTgt></p:tgtEl><p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr></p:set></p:childTnLst></p:cTn></p:par></p:tnLst><p:bldLst><p:bldP spid=\"2\" grpId=\"0\"/><p:bldP spid=\"3\" grpId=\"0\"/></p:bldLst></p:timing>");

        var slide = (await Fill("wide.png")).Xml("ppt/slides/slide1.xml");

        Assert.Equal("2", slide.Descendants(P + "spTgt").Single().Attribute("spid")!.Value);
        Assert.Empty(slide.Descendants(P + "txEl"));
        Assert.Equal(["3"], slide.Descendants(P + "bldP").Select(build => build.Attribute("spid")!.Value));
    }

    [Fact]
    public async Task Place_BothBranchesOfAlternateContent()
    {
        _deck.AddSlide($"<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><mc:Choice xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\" Requires=\"p14\">{Deck.TextShape(2, "Logo", "{{logo}}")}</mc:Choice><mc:Fallback>{Deck.TextShape(2, "Logo", "{{logo}}")}</mc:Fallback></mc:AlternateContent>");

        var filled = await Fill("wide.png");

        Assert.Equal(["Choice", "Fallback"], filled.Xml("ppt/slides/slide1.xml").Descendants(P + "pic").Select(picture => picture.Parent!.Name.LocalName));
        Assert.Single(filled.Xml("ppt/slides/slide1.xml").Descendants(A + "blip").Attributes(Filled.R + "embed").Select(link => link.Value).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Place_EqualPicturesFromDifferentFiles_ShareOnePart()
    {
        _deck.AddTexts("{{logo}}", "{{other}}");
        _deck.AddTexts("{{logo}}");

        var filled = await _bench.FillAsync(_deck.Save(), new { }, new DeckPlannerOptions { Images = Images(("logo", "wide.png"), ("other", "again.png")) });

        Assert.Equal(3, filled.Result.ImagesReplaced);
        Assert.Equal(["ppt/media/image1.png"], filled.Names.Where(name => name.Contains("media", StringComparison.Ordinal)));
        Assert.Equal(File.ReadAllBytes(_bench.Folder.File("wide.png")), filled.Data("ppt/media/image1.png"));
    }

    [Fact]
    public async Task Place_PathWithTokens_IsTheRecordsOwn()
    {
        _deck.AddTexts("{{logo}}");

        var filled = await _bench.FillAsync(_deck.Save(), new { kind = "square", name = "x" }, new DeckPlannerOptions { Images = Images(("logo", "{{kind}}.gif")) });

        Assert.Contains("ppt/media/image1.gif", filled.Names);
    }

    [Fact]
    public async Task Place_PictureWithATokenAsAlternativeText_GetsTheImageInsteadOfItsOwn()
    {
        var slide = _deck.AddSlide("<p:pic><p:nvPicPr><p:cNvPr id=\"2\" name=\"Photo\" descr=\"{{logo}}\"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rIdImage\"/><a:srcRect l=\"10000\"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>" + Deck.Frame(0, 0, 1000, 1000) + "<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr></p:pic>");
        using (var old = new MemoryStream(Pictures.Png(1, 1)))
        {
            slide.AddImagePart(ImagePartType.Png, "rIdImage").FeedData(old);
        }

        var filled = await Fill("wide.png");

        Assert.Equal("0 250 1000 500", Frame(Picture(filled)));
        Assert.Equal(["logo"], filled.Xml("ppt/slides/slide1.xml").Descendants(P + "cNvPr").Skip(1).Select(drawing => drawing.Attribute("descr")!.Value));
        Assert.Equal(File.ReadAllBytes(_bench.Folder.File("wide.png")), filled.Open(document =>
        {
            var part = document.PresentationPart!.SlideParts.Single();
            using var copy = new MemoryStream();
            part.GetPartById(Picture(filled).Descendants(A + "blip").Single().Attribute(Filled.R + "embed")!.Value).GetStream().CopyTo(copy);
            return copy.ToArray();
        }));
    }

    [Fact]
    public async Task Place_InAMaster_OncePerDeck()
    {
        _deck.SetMaster(Deck.TextShape(2, "Logo", "{{logo}}"));
        _deck.AddTexts("a");
        _deck.AddTexts("b");

        var filled = await Fill("wide.png");

        Assert.Single(filled.Xml("ppt/slideMasters/slideMaster1.xml").Descendants(P + "pic"));
        Assert.Equal((1, 0), (filled.Result.ImagesReplaced, filled.Result.Slides.Sum(slide => slide.ImagesReplaced)));
    }

    [Theory]
    [InlineData("Logo: {{logo}}", "{{logo}}", "only text")]
    [InlineData("{{far}}", "{{far}}", "nobody")]
    public async Task Place_WhereNoPictureCanStand_IsReported(string text, string token, string reason)
    {
        _deck.AddTexts(text);

        var error = await Assert.ThrowsAsync<DeckException>(() => _bench.FillAsync(_deck.Save(), new { }, new DeckPlannerOptions { Images = Images(("logo", "wide.png"), ("far", "{{nobody}}.png")) }));

        var left = Assert.Single(error.Result!.Unresolved);
        Assert.Equal(token, left.Token);
        Assert.Contains(reason, left.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_ShapeWithoutAPosition_IsReported()
    {
        _deck.AddSlide(Deck.Shape(2, "Logo", $"<a:p>{Deck.Run("{{logo}}")}</a:p>", string.Empty));

        var error = await Assert.ThrowsAsync<DeckException>(() => Fill("wide.png"));

        Assert.Contains("no position", Assert.Single(error.Result!.Unresolved).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Place_MissingImage_FailsTheDeckAndLeavesNothing()
    {
        _deck.AddTexts("{{logo}}");
        var before = _bench.Folder.Files.Length;

        Assert.Equal(DeckFault.ImageNotFound, (await Assert.ThrowsAsync<DeckException>(() => Fill("nowhere.png"))).Fault);
        Assert.Equal(before, _bench.Folder.Files.Length);
    }

    public void Dispose()
    {
        _deck.Dispose();
        _bench.Dispose();
    }

    private static Dictionary<string, DeckImage> Images(params (string Name, string Source)[] images) =>
        images.ToDictionary(image => "{{" + image.Name + "}}", image => new DeckImage(image.Source), StringComparer.Ordinal);

    private static XElement Picture(Filled filled) => filled.Xml("ppt/slides/slide1.xml").Descendants(P + "pic").Single();

    private static string Frame(XElement picture)
    {
        var numbers = picture.Descendants(A + "xfrm").Single().Elements().Attributes().Select(attribute => long.Parse(attribute.Value, CultureInfo.InvariantCulture));
        return string.Join(' ', numbers);
    }

    private Task<Filled> Fill(string image, ImageFit fit = ImageFit.Inside) =>
        _bench.FillAsync(_deck.Save(), new { }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage>(StringComparer.Ordinal) { ["logo"] = new(image, fit) } });
}
