using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Replaces each shape whose only text is an image's token by the picture, at the same place in the drawing order, and gives
/// pictures whose alternative text is such a token that image instead of their own.
/// </summary>
/// <param name="package">The deck.</param>
/// <param name="images">Where pictures come from.</param>
internal sealed class PicturePlacer(DeckPackage package, ImageStore images)
{
    /// <summary>Fills a part.</summary>
    /// <returns>How many pictures were placed.</returns>
    public async Task<int> PlaceAsync(DeckPart part, PlanScope scope, CancellationToken cancellationToken)
    {
        var syntax = scope.Plan.Syntax;
        var count = 0;
        foreach (var shape in part.Document.Descendants().Where(element => element.Name == Ns.Shape || element.Name == Ns.P + "pic").ToList())
        {
            var text = shape.Name == Ns.Shape
                ? string.Concat(shape.Element(Ns.TextBody)?.Descendants(Ns.Text).Select(run => run.Value) ?? []).Trim()
                : ((string?)Drawing(shape)?.Attribute("descr") ?? string.Empty).Trim();
            var tokens = syntax.Find(text);
            if (tokens.Count != 1 || tokens[0].Length != text.Length || !scope.Plan.Images.TryGetValue(tokens[0].Body, out var image))
            {
                continue;
            }

            string? missing = null;
            var source = scope.Expand(image.Source, (token, why) => missing ??= $"the image's path '{image.Source}' needs {token}: {why}");
            if (missing is null && string.IsNullOrWhiteSpace(source))
            {
                missing = "the image's path is empty";
            }

            var frame = ShapeFrame.Of(shape, part, package);
            if (missing is not null || frame is null)
            {
                part.Reasons[text] = missing ?? "the shape has no position, nor has its layout";
                continue;
            }

            var content = await images.GetAsync(source, cancellationToken).ConfigureAwait(false);
            var link = part.Relate(RelationshipKind.Image, package.Image(content));
            if (shape.Name == Ns.Shape)
            {
                Replace(shape, frame, content, image.Fit, link, tokens[0].Body);
            }
            else
            {
                Swap(shape, frame, content, image.Fit, link, tokens[0].Body);
            }

            part.IsChanged = true;
            count++;
        }

        return count;
    }

    private static XElement? Drawing(XElement shape) => shape.Elements().FirstOrDefault(element => element.Name.LocalName.StartsWith("nv", StringComparison.Ordinal))?.Element(Ns.Drawing);

    private static void Replace(XElement shape, ShapeFrame frame, ImageContent image, ImageFit fit, string link, string name)
    {
        var drawing = new XElement(Drawing(shape)!);
        if (string.IsNullOrWhiteSpace((string?)drawing.Attribute("descr")) && string.IsNullOrWhiteSpace((string?)drawing.Attribute("title")))
        {
            drawing.SetAttributeValue("descr", name);
        }

        // A link on the token's text becomes one on the picture.
        if (drawing.Element(Ns.A + "hlinkClick") is null && shape.Descendants(Ns.RunProperties).Elements(Ns.A + "hlinkClick").FirstOrDefault() is { } click)
        {
            drawing.AddFirst(new XElement(click));
        }

        var nonVisual = new XElement(shape.Element(Ns.P + "nvSpPr")?.Element(Ns.P + "nvPr") ?? new XElement(Ns.P + "nvPr"));
        nonVisual.Elements(Ns.Placeholder).Where(holder => (string?)holder.Attribute("type") is not (null or "obj" or "pic" or "clipArt")).Remove();
        nonVisual.Elements(Ns.Placeholder).Attributes("hasCustomPrompt").Remove();

        var own = shape.Element(Ns.ShapeProperties);
        var picture = new XElement(
            Ns.P + "pic",
            new XElement(Ns.P + "nvPicPr", drawing, new XElement(Ns.P + "cNvPicPr", new XElement(Ns.A + "picLocks", new XAttribute("noChangeAspect", "1"))), nonVisual),
            new XElement(Ns.P + "blipFill", new XElement(Ns.A + "blip", new XAttribute(Ns.R + "embed", link)), new XElement(Ns.A + "stretch", new XElement(Ns.A + "fillRect"))),
            new XElement(
                Ns.ShapeProperties,
                own?.Elements().FirstOrDefault(element => element.Name.LocalName is "prstGeom" or "custGeom") ?? new XElement(Ns.A + "prstGeom", new XAttribute("prst", "rect"), new XElement(Ns.A + "avLst")),
                own?.Elements().Where(element => element.Name.LocalName is "ln" or "effectLst" or "effectDag" or "scene3d" or "sp3d")));
        Fit(picture, frame, image, fit);

        var id = (string?)drawing.Attribute("id");
        var document = shape.Document!;
        shape.ReplaceWith(picture);
        KeepAnimation(document, id);
    }

    private static void Swap(XElement picture, ShapeFrame frame, ImageContent image, ImageFit fit, string link, string name)
    {
        Drawing(picture)!.SetAttributeValue("descr", name);
        var fill = picture.Element(Ns.P + "blipFill")!;
        var blip = fill.Element(Ns.A + "blip");
        if (blip is null)
        {
            blip = new XElement(Ns.A + "blip");
            fill.AddFirst(blip);
        }

        // The vector twin of the old picture would be shown instead of the new one.
        blip.Element(Ns.A + "extLst")?.Remove();
        blip.SetAttributeValue(Ns.R + "link", null);
        blip.SetAttributeValue(Ns.R + "embed", link);
        Fit(picture, frame, image, fit);
    }

    private static void Fit(XElement picture, ShapeFrame frame, ImageContent image, ImageFit fit)
    {
        var (x, y, width, height, cutX, cutY) = frame.Fit(image, fit);
        var transform = new XElement(
            Ns.Transform,
            frame.Transform.Attributes(),
            new XElement(Ns.A + "off", new XAttribute("x", x), new XAttribute("y", y)),
            new XElement(Ns.A + "ext", new XAttribute("cx", width), new XAttribute("cy", height)));
        var properties = picture.Element(Ns.ShapeProperties)!;
        properties.Element(Ns.Transform)?.Remove();
        properties.AddFirst(transform);

        var fill = picture.Element(Ns.P + "blipFill")!;
        fill.Element(Ns.A + "srcRect")?.Remove();
        if (cutX > 0 || cutY > 0)
        {
            fill.Element(Ns.A + "blip")!.AddAfterSelf(new XElement(
                Ns.A + "srcRect",
                cutX > 0 ? new[] { new XAttribute("l", cutX), new XAttribute("r", cutX) } : null,
                cutY > 0 ? new[] { new XAttribute("t", cutY), new XAttribute("b", cutY) } : null));
        }
    }

    // Animations go on to the picture as a whole: it has no paragraphs that could come one by one.
    private static void KeepAnimation(XDocument document, string? id)
    {
        if (id is null || document.Root!.Element(Ns.P + "timing") is not { } timing)
        {
            return;
        }

        foreach (var target in timing.Descendants(Ns.P + "spTgt").Where(target => (string?)target.Attribute("spid") == id))
        {
            target.Elements(Ns.P + "txEl").Remove();
        }

        timing.Descendants(Ns.P + "bldP").Where(build => (string?)build.Attribute("spid") == id).Remove();
        timing.Elements(Ns.P + "bldLst").Where(list => !list.HasElements).Remove();
    }
}
