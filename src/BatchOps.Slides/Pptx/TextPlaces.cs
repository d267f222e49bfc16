using System.Xml.Linq;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Finds the texts of a part that may hold tokens: paragraphs wherever they stand (shapes, groups, tables, charts, diagrams,
/// both branches of alternate content), the texts of single elements, and the attributes that people write into.
/// </summary>
internal static class TextPlaces
{
    private static readonly HashSet<string> WrittenAttributes = new(StringComparer.Ordinal) { "name", "descr", "title", "tooltip", "displayName", "totalsRowLabel", "altText" };

    private static readonly HashSet<string> NeverText = new(StringComparer.Ordinal) { "formatCode", "tableStyleId", "uniqueId" };

    public static List<TextPlace> Find(XElement root, TokenSyntax syntax)
    {
        var found = new List<TextPlace>();
        Visit(root, syntax.Open, syntax, found);
        return found;
    }

    private static void Visit(XElement element, string open, TokenSyntax syntax, List<TextPlace> found)
    {
        Attributes(element, open, found);
        if (element.Name == Ns.Paragraph)
        {
            Paragraph(element, open, syntax, found);
            foreach (var inner in element.Descendants())
            {
                Attributes(inner, open, found);
            }
        }
        else if (element.Name.Namespace == Ns.X && element.Name.LocalName is "si" or "is")
        {
            var texts = element.Elements(Ns.X + "t").Concat(element.Elements(Ns.X + "r").Elements(Ns.X + "t")).ToList();
            Add(PlaceKind.Runs, element, texts, isWhole: false, open, found);
        }
        else if (element.HasElements)
        {
            foreach (var child in element.Elements())
            {
                Visit(child, open, syntax, found);
            }
        }
        else if (!element.IsEmpty && element.Value is { Length: > 0 } text && text.Contains(open, StringComparison.Ordinal) && !NeverText.Contains(element.Name.LocalName))
        {
            var kind = element.Name.LocalName is "f" or "formula" or "definedName" ? PlaceKind.Formula : PlaceKind.Leaf;
            found.Add(new TextPlace(kind, text, element, [element]));
        }
    }

    private static void Attributes(XElement element, string open, List<TextPlace> found)
    {
        for (var attribute = element.FirstAttribute; attribute is not null; attribute = attribute.NextAttribute)
        {
            if (attribute.Value.Contains(open, StringComparison.Ordinal) && attribute.Name.Namespace == XNamespace.None && WrittenAttributes.Contains(attribute.Name.LocalName))
            {
                found.Add(new TextPlace(PlaceKind.Attribute, attribute.Value, element, [], attribute));
            }
        }
    }

    private static void Paragraph(XElement paragraph, string open, TokenSyntax syntax, List<TextPlace> found)
    {
        var first = open[0];
        if (!paragraph.Descendants().Any(text => text.Name.LocalName == "t" && text.Value.Contains(first, StringComparison.Ordinal)))
        {
            return;
        }

        var segments = new List<(PlaceKind Kind, List<XElement> Texts)>();
        Segments(paragraph, segments);
        var before = found.Count;
        foreach (var (kind, texts) in segments)
        {
            Add(kind, paragraph, texts, segments.Count == 1, open, found);
        }

        if (segments.Count > 1)
        {
            var whole = string.Concat(segments.SelectMany(segment => segment.Texts).Select(text => text.Value));
            var tokens = syntax.Find(whole).Count;
            for (var i = before; i < found.Count; i++)
            {
                tokens -= syntax.Find(found[i].Text).Count;
            }

            if (tokens > 0)
            {
                found.Add(new TextPlace(PlaceKind.Broken, whole, paragraph, segments.SelectMany(segment => segment.Texts).ToList()));
            }
        }
    }

    private static void Segments(XElement container, List<(PlaceKind Kind, List<XElement> Texts)> segments)
    {
        List<XElement>? runs = null;
        foreach (var child in container.Elements())
        {
            if (child.Name == Ns.Run)
            {
                if (child.Element(Ns.Text) is { } text)
                {
                    if (runs is null)
                    {
                        runs = [];
                        segments.Add((PlaceKind.Runs, runs));
                    }

                    runs.Add(text);
                }
            }
            else if (child.Name == Ns.Field || child.Name == Ns.Break)
            {
                runs = null;
                segments.Add((PlaceKind.Leaf, child.Elements(Ns.Text).ToList()));
            }
            else if (child.Name == Ns.Mc + "AlternateContent")
            {
                runs = null;
                foreach (var branch in child.Elements())
                {
                    Segments(branch, segments);
                }
            }
            else if (child.Name.LocalName is not ("pPr" or "endParaRPr"))
            {
                // A formula of mathematics: each of its texts for itself.
                runs = null;
                foreach (var text in child.Descendants(Ns.M + "t"))
                {
                    segments.Add((PlaceKind.Leaf, [text]));
                }
            }
        }
    }

    private static void Add(PlaceKind kind, XElement owner, List<XElement> texts, bool isWhole, string open, List<TextPlace> found)
    {
        if (texts.Count == 0)
        {
            return;
        }

        var text = texts.Count == 1 ? texts[0].Value : string.Concat(texts.Select(one => one.Value));
        if (text.Contains(open, StringComparison.Ordinal))
        {
            found.Add(new TextPlace(kind, text, owner, texts, IsWhole: isWhole));
        }
    }
}
