using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>Where a shape lies, in English Metric Units (914,400 to the inch) of its group.</summary>
/// <param name="Transform">The element that says so, of the shape itself or of its layout's or master's placeholder.</param>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width; more than 0.</param>
/// <param name="Height">Height; more than 0.</param>
/// <param name="ScaleX">How much the groups around it widen it.</param>
/// <param name="ScaleY">How much the groups around it heighten it.</param>
internal sealed record ShapeFrame(XElement Transform, long X, long Y, long Width, long Height, double ScaleX, double ScaleY)
{
    /// <summary>Finds a shape's frame; null when it has none.</summary>
    public static ShapeFrame? Of(XElement shape, DeckPart part, DeckPackage package)
    {
        var transform = Own(shape) ?? Inherited(shape, part, package);
        if (transform?.Element(Ns.A + "off") is not { } offset || transform.Element(Ns.A + "ext") is not { } extent)
        {
            return null;
        }

        var (x, y, width, height) = (Number(offset, "x"), Number(offset, "y"), Number(extent, "cx"), Number(extent, "cy"));
        if (width <= 0 || height <= 0)
        {
            return null;
        }

        var (scaleX, scaleY) = (1.0, 1.0);
        foreach (var group in shape.Ancestors(Ns.P + "grpSp"))
        {
            if (group.Element(Ns.P + "grpSpPr")?.Element(Ns.Transform) is { } outer && outer.Element(Ns.A + "ext") is { } outside && outer.Element(Ns.A + "chExt") is { } inside
                && Number(inside, "cx") > 0 && Number(inside, "cy") > 0 && Number(outside, "cx") > 0 && Number(outside, "cy") > 0)
            {
                scaleX *= (double)Number(outside, "cx") / Number(inside, "cx");
                scaleY *= (double)Number(outside, "cy") / Number(inside, "cy");
            }
        }

        return new ShapeFrame(transform, x, y, width, height, scaleX, scaleY);
    }

    /// <summary>The frame that a picture takes within it, and what is cut off the picture, in 1/1000 percent per side.</summary>
    public (long X, long Y, long Width, long Height, int CutX, int CutY) Fit(ImageContent image, ImageFit fit)
    {
        var (width, height) = (Width * ScaleX, Height * ScaleY);
        if (fit == ImageFit.Inside)
        {
            var shrink = Math.Min(width / image.Width, height / image.Height);
            var (inX, inY) = ((long)Math.Round(image.Width * shrink / ScaleX), (long)Math.Round(image.Height * shrink / ScaleY));
            return (X + ((Width - inX) / 2), Y + ((Height - inY) / 2), Math.Max(1, inX), Math.Max(1, inY), 0, 0);
        }

        var grow = Math.Max(width / image.Width, height / image.Height);
        return (X, Y, Width, Height, Cut(width / (image.Width * grow)), Cut(height / (image.Height * grow)));

        static int Cut(double shown) => (int)Math.Round((1 - shown) / 2 * 100_000);
    }

    private static XElement? Own(XElement shape) => shape.Element(Ns.ShapeProperties)?.Element(Ns.Transform);

    private static XElement? Inherited(XElement shape, DeckPart part, DeckPackage package)
    {
        if (shape.Elements().FirstOrDefault(element => element.Name.LocalName.StartsWith("nv", StringComparison.Ordinal))?.Descendants(Ns.Placeholder).FirstOrDefault() is not { } holder)
        {
            return null;
        }

        var type = (string?)holder.Attribute("type") ?? "obj";
        var index = (string?)holder.Attribute("idx") ?? "0";
        for (var at = package.Follow(part, RelationshipKind.SlideLayout) ?? Master(part); at is not null; at = Master(at))
        {
            XElement? byType = null;
            XElement? byIndex = null;
            foreach (var candidate in at.Root.Descendants(Ns.Placeholder))
            {
                var other = candidate.Ancestors().FirstOrDefault(element => element.Name == Ns.Shape || element.Name == Ns.P + "pic");
                if (other is null || Own(other) is not { } transform)
                {
                    continue;
                }

                var otherType = (string?)candidate.Attribute("type") ?? "obj";
                if (((string?)candidate.Attribute("idx") ?? "0") == index && Family(otherType) == Family(type))
                {
                    byIndex ??= transform;
                }
                else if (Family(otherType) == Family(type))
                {
                    byType ??= transform;
                }
            }

            var isLayout = package.Follow(at, RelationshipKind.SlideMaster) is not null;
            if (byIndex is not null || (byType is not null && (!isLayout || Family(type) != "body")))
            {
                return byIndex ?? byType;
            }
        }

        return null;

        DeckPart? Master(DeckPart of) => package.Follow(of, RelationshipKind.SlideMaster) ?? package.Follow(of, RelationshipKind.NotesMaster);
    }

    // A master has one placeholder for all that goes into the body.
    private static string Family(string type) => type switch
    {
        "title" or "ctrTitle" => "title",
        "dt" or "ftr" or "sldNum" or "hdr" or "sldImg" => type,
        _ => "body",
    };

    private static long Number(XElement element, string name) => long.TryParse((string?)element.Attribute(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
