using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace BatchOps.Slides.Tests;

/// <summary>Makes small presentations, part by part, in XML.</summary>
internal sealed class Deck : IDisposable
{
    public const string Namespaces = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";

    private readonly MemoryStream _file = new();
    private readonly PresentationDocument _document;
    private readonly StringBuilder _slides = new();
    private uint _next = 256;

    public Deck(PresentationDocumentType type = PresentationDocumentType.Presentation)
    {
        _document = PresentationDocument.Create(_file, type);
        Presentation = _document.AddPresentationPart();
        Master = Presentation.AddNewPart<SlideMasterPart>("rIdMaster");
        Layout = Master.AddNewPart<SlideLayoutPart>("rIdLayout");
        Layout.AddPart(Master, "rIdMaster");
        var theme = Master.AddNewPart<ThemePart>("rIdTheme");
        Put(theme, Theme);
        SetMaster(Placeholder(2, "Title", "type=\"title\"", "Master title", Frame(100, 200, 8000, 900)) + Placeholder(3, "Body", "type=\"body\" idx=\"1\"", "Master body", Frame(100, 1500, 8000, 4000)));
        SetLayout(Placeholder(2, "Title", "type=\"title\"", "Layout title", string.Empty) + Placeholder(3, "Body", "idx=\"1\"", "Layout body", Frame(500, 1600, 4000, 2000)));
    }

    public PresentationPart Presentation { get; }

    public SlideMasterPart Master { get; }

    public SlideLayoutPart Layout { get; }

    public PresentationDocument Document => _document;

    /// <summary>Goes into the presentation after its sizes.</summary>
    public string PresentationExtras { get; set; } = string.Empty;

    public static string Frame(int x, int y, int width, int height) => $"<a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>";

    public static string Run(string text, string properties = "lang=\"en-US\"") => $"<a:r><a:rPr {properties}/><a:t>{text}</a:t></a:r>";

    public static string Shape(int id, string name, string paragraphs, string? frame = null) =>
        $"<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{name}\"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>{frame ?? Frame(1000, 2000, 3000, 1500)}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>";

    public static string TextShape(int id, string name, string text) => Shape(id, name, $"<a:p>{Run(text)}</a:p>");

    public static string Placeholder(int id, string name, string type, string text, string frame) =>
        $"<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{name}\"/><p:cNvSpPr><a:spLocks noGrp=\"1\"/></p:cNvSpPr><p:nvPr><p:ph {type}/></p:nvPr></p:nvSpPr><p:spPr>{frame}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p>{Run(text)}</a:p></p:txBody></p:sp>";

    public static string Tree(string shapes) =>
        $"<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld>";

    public void SetMaster(string shapes) => Put(Master, $"<p:sldMaster {Namespaces}>{Tree(shapes)}<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/><p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rIdLayout\"/></p:sldLayoutIdLst></p:sldMaster>");

    public void SetLayout(string shapes) => Put(Layout, $"<p:sldLayout {Namespaces}>{Tree(shapes)}<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>");

    /// <summary>Adds a slide with one text shape for each text.</summary>
    public SlidePart AddTexts(params string[] texts) => AddSlide(string.Concat(texts.Select((text, i) => TextShape(i + 2, $"Shape {i + 1}", text))));

    public SlidePart AddSlide(string shapes, string? notes = null, string after = "")
    {
        var slide = Presentation.AddNewPart<SlidePart>($"rIdSlide{_next}");
        slide.AddPart(Layout, "rIdLayout");
        Put(slide, $"<p:sld {Namespaces}>{Tree(shapes)}<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>{after}</p:sld>");
        _slides.Append(System.Globalization.CultureInfo.InvariantCulture, $"<p:sldId id=\"{_next}\" r:id=\"rIdSlide{_next}\"/>");
        _next++;
        if (notes is not null)
        {
            AddNotes(slide, notes);
        }

        return slide;
    }

    public static void Put(OpenXmlPart part, string xml)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(xml));
        part.FeedData(stream);
    }

    public void AddNotes(SlidePart slide, string text)
    {
        var master = Presentation.NotesMasterPart;
        if (master is null)
        {
            master = Presentation.AddNewPart<NotesMasterPart>("rIdNotes");
            Put(master.AddNewPart<ThemePart>("rIdTheme"), Theme);
            Put(master, $"<p:notesMaster {Namespaces}>{Tree(Placeholder(2, "Notes", "type=\"body\" idx=\"1\"", "Notes", Frame(100, 100, 1000, 1000)))}<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/></p:notesMaster>");
        }

        var page = slide.AddNewPart<NotesSlidePart>("rIdNotes");
        page.AddPart(master, "rIdMaster");
        page.AddPart(slide, "rIdSlide");
        Put(page, $"<p:notes {Namespaces}>{Tree(Placeholder(2, "Notes", "type=\"body\" idx=\"1\"", text, string.Empty))}<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>");
    }

    public byte[] Save()
    {
        var notes = Presentation.NotesMasterPart is null ? string.Empty : "<p:notesMasterIdLst><p:notesMasterId r:id=\"rIdNotes\"/></p:notesMasterIdLst>";
        Put(Presentation, $"<p:presentation {Namespaces}><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rIdMaster\"/></p:sldMasterIdLst>{notes}<p:sldIdLst>{_slides}</p:sldIdLst><p:sldSz cx=\"12192000\" cy=\"6858000\"/><p:notesSz cx=\"6858000\" cy=\"9144000\"/>{PresentationExtras}</p:presentation>");
        _document.Dispose();
        return _file.ToArray();
    }

    public void Dispose() => _file.Dispose();

    private static readonly string Theme = new XElement(
        XName.Get("theme", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        new XAttribute("name", "Plain"),
        XElement.Parse("""
            <a:themeElements xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:clrScheme name="Plain"><a:dk1><a:srgbClr val="000000"/></a:dk1><a:lt1><a:srgbClr val="FFFFFF"/></a:lt1><a:dk2><a:srgbClr val="222222"/></a:dk2><a:lt2><a:srgbClr val="EEEEEE"/></a:lt2><a:accent1><a:srgbClr val="336699"/></a:accent1><a:accent2><a:srgbClr val="993333"/></a:accent2><a:accent3><a:srgbClr val="339933"/></a:accent3><a:accent4><a:srgbClr val="999933"/></a:accent4><a:accent5><a:srgbClr val="993399"/></a:accent5><a:accent6><a:srgbClr val="339999"/></a:accent6><a:hlink><a:srgbClr val="0000FF"/></a:hlink><a:folHlink><a:srgbClr val="800080"/></a:folHlink></a:clrScheme><a:fontScheme name="Plain"><a:majorFont><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:minorFont></a:fontScheme><a:fmtScheme name="Plain"><a:fillStyleLst><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:fillStyleLst><a:lnStyleLst><a:ln w="6350"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln><a:ln w="12700"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln><a:ln w="19050"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln></a:lnStyleLst><a:effectStyleLst><a:effectStyle><a:effectLst/></a:effectStyle><a:effectStyle><a:effectLst/></a:effectStyle><a:effectStyle><a:effectLst/></a:effectStyle></a:effectStyleLst><a:bgFillStyleLst><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:solidFill><a:schemeClr val="phClr"/></a:solidFill><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:bgFillStyleLst></a:fmtScheme></a:themeElements>
            """)).ToString(SaveOptions.DisableFormatting);
}
