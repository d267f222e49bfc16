using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>Writes speaker notes, on a notes page that is made when the slide has none.</summary>
internal static class NotesPages
{
    private static readonly XAttribute[] Namespaces =
    [
        new(XNamespace.Xmlns + "a", Ns.A.NamespaceName),
        new(XNamespace.Xmlns + "r", Ns.R.NamespaceName),
        new(XNamespace.Xmlns + "p", Ns.P.NamespaceName),
    ];

    /// <summary>Replaces a slide's notes; each line becomes a paragraph with the style of the first one there was.</summary>
    public static DeckPart Write(DeckPackage package, DeckPart slide, string notes)
    {
        var page = package.Follow(slide, RelationshipKind.NotesSlide) ?? Create(package, slide);
        var tree = page.Document.Root!.Element(Ns.P + "cSld")!.Element(Ns.P + "spTree")!;
        var shape = tree.Descendants(Ns.Shape).FirstOrDefault(shape => shape.Descendants(Ns.Placeholder).Any(holder => (string?)holder.Attribute("type") == "body"));
        if (shape is null)
        {
            shape = Body(tree);
            tree.Add(shape);
        }

        var body = shape.Element(Ns.TextBody);
        if (body is null)
        {
            body = new XElement(Ns.TextBody, new XElement(Ns.A + "bodyPr"), new XElement(Ns.A + "lstStyle"));
            shape.Element(Ns.ShapeProperties)!.AddAfterSelf(body);
        }

        var first = body.Element(Ns.Paragraph);
        var style = first?.Element(Ns.A + "pPr");
        var run = first?.Elements(Ns.Run).Elements(Ns.RunProperties).FirstOrDefault();
        var end = first?.Element(Ns.A + "endParaRPr");
        body.Elements(Ns.Paragraph).Remove();
        foreach (var line in notes.Split('\n'))
        {
            body.Add(new XElement(
                Ns.Paragraph,
                style is null ? null : new XElement(style),
                line.Length == 0 ? null : new XElement(Ns.Run, run is null ? new XElement(Ns.RunProperties) : new XElement(run), new XElement(Ns.Text, line)),
                end is null ? null : new XElement(end)));
        }

        page.IsChanged = true;
        return page;
    }

    private static DeckPart Create(DeckPackage package, DeckPart slide)
    {
        var master = package.Follow(package.Presentation, RelationshipKind.NotesMaster) ?? CreateMaster(package);
        var page = package.Add(new DeckPart(package.FreeName("/ppt/notesSlides/notesSlide1.xml"), PartTypes.NotesSlide, Page("notes", null, SlideImage(null), Shape(3, "Notes Placeholder 2", "body", "1", null))));
        page.Relate(RelationshipKind.NotesMaster, master);
        page.Relate(RelationshipKind.Slide, slide);
        slide.Relate(RelationshipKind.NotesSlide, page);
        return page;
    }

    private static DeckPart CreateMaster(DeckPackage package)
    {
        var presentation = package.Presentation;
        var slides = package.Follow(presentation, RelationshipKind.SlideMaster);
        var theme = (slides is null ? null : package.Follow(slides, RelationshipKind.Theme)) ?? package.Follow(presentation, RelationshipKind.Theme);
        var size = presentation.Root.Element(Ns.P + "notesSz");
        var width = (long?)size?.Attribute("cx") ?? 6858000;
        var height = (long?)size?.Attribute("cy") ?? 9144000;
        var colors = new XElement(
            Ns.P + "clrMap",
            new[] { ("bg1", "lt1"), ("tx1", "dk1"), ("bg2", "lt2"), ("tx2", "dk2"), ("accent1", "accent1"), ("accent2", "accent2"), ("accent3", "accent3"), ("accent4", "accent4"), ("accent5", "accent5"), ("accent6", "accent6"), ("hlink", "hlink"), ("folHlink", "folHlink") }
                .Select(pair => new XAttribute(pair.Item1, pair.Item2)));
        var document = Page(
            "notesMaster",
            colors,
            SlideImage((width / 10, height / 12, width * 8 / 10, height * 5 / 12)),
            Shape(3, "Notes Placeholder 2", "body", "1", (width / 10, height * 7 / 12, width * 8 / 10, height * 4 / 12)));
        var master = package.Add(new DeckPart(package.FreeName("/ppt/notesMasters/notesMaster1.xml"), PartTypes.NotesMaster, document));
        if (theme?.Origin is { } origin)
        {
            // A master of its own wants a theme of its own.
            master.Relate(RelationshipKind.Theme, package.Add(new DeckPart(package.FreeName(theme.Name), origin)));
        }

        var id = presentation.Relate(RelationshipKind.NotesMaster, master);
        var root = presentation.Document.Root!;
        root.Element(Ns.P + "sldMasterIdLst")!.AddAfterSelf(new XElement(Ns.P + "notesMasterIdLst", new XElement(Ns.P + "notesMasterId", new XAttribute(Ns.R + "id", id))));
        presentation.IsChanged = true;
        return master;
    }

    private static XDocument Page(string name, XElement? colors, params XElement[] shapes) => new(
        new XDeclaration("1.0", "UTF-8", "yes"),
        new XElement(
            Ns.P + name,
            Namespaces.Select(space => new XAttribute(space)),
            new XElement(
                Ns.P + "cSld",
                new XElement(
                    Ns.P + "spTree",
                    new XElement(Ns.P + "nvGrpSpPr", new XElement(Ns.Drawing, new XAttribute("id", 1), new XAttribute("name", string.Empty)), new XElement(Ns.P + "cNvGrpSpPr"), new XElement(Ns.P + "nvPr")),
                    new XElement(Ns.P + "grpSpPr"),
                    shapes)),
            colors ?? new XElement(Ns.P + "clrMapOvr", new XElement(Ns.A + "masterClrMapping"))));

    private static XElement SlideImage((long X, long Y, long Width, long Height)? frame)
    {
        var shape = Shape(2, "Slide Image Placeholder 1", "sldImg", null, frame);
        shape.Element(Ns.TextBody)!.Remove();
        shape.Descendants(Ns.A + "spLocks").Single().Add(new XAttribute("noRot", 1), new XAttribute("noChangeAspect", 1));
        return shape;
    }

    private static XElement Body(XElement tree)
    {
        var last = tree.Descendants(Ns.Drawing).Select(drawing => int.TryParse((string?)drawing.Attribute("id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).DefaultIfEmpty(1).Max();
        return Shape(last + 1, "Notes Placeholder", "body", "1", null);
    }

    private static XElement Shape(int id, string name, string type, string? index, (long X, long Y, long Width, long Height)? frame) => new(
        Ns.Shape,
        new XElement(
            Ns.P + "nvSpPr",
            new XElement(Ns.Drawing, new XAttribute("id", id), new XAttribute("name", name)),
            new XElement(Ns.P + "cNvSpPr", new XElement(Ns.A + "spLocks", new XAttribute("noGrp", 1))),
            new XElement(Ns.P + "nvPr", new XElement(Ns.Placeholder, new XAttribute("type", type), index is null ? null : new XAttribute("idx", index)))),
        new XElement(
            Ns.ShapeProperties,
            frame is not { } place ? null : new XElement(Ns.Transform, new XElement(Ns.A + "off", new XAttribute("x", place.X), new XAttribute("y", place.Y)), new XElement(Ns.A + "ext", new XAttribute("cx", place.Width), new XAttribute("cy", place.Height))),
            frame is null ? null : new XElement(Ns.A + "prstGeom", new XAttribute("prst", "rect"), new XElement(Ns.A + "avLst"))),
        new XElement(Ns.TextBody, new XElement(Ns.A + "bodyPr"), new XElement(Ns.A + "lstStyle"), new XElement(Ns.Paragraph)));
}
