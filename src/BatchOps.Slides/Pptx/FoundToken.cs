using System.Xml.Linq;

namespace BatchOps.Slides.Pptx;

/// <summary>A token that stands in a part.</summary>
/// <param name="Literal">The token with its delimiters.</param>
/// <param name="Body">What stands between them.</param>
/// <param name="Shape">Name of the shape that it stands in.</param>
/// <param name="Reason">Why it can't be replaced there; null when it can.</param>
internal sealed record FoundToken(string Literal, string Body, string? Shape, string? Reason = null)
{
    /// <summary>Lists the tokens below an element.</summary>
    public static List<FoundToken> In(XElement root, TokenSyntax syntax)
    {
        var found = new List<FoundToken>();
        foreach (var place in TextPlaces.Find(root, syntax))
        {
            var reason = place.Kind switch
            {
                PlaceKind.Broken => "a line break, a field or a formula cuts it in two",
                PlaceKind.Formula => "it stands in a formula",
                _ => null,
            };
            var whole = place.Kind == PlaceKind.Broken ? place.Texts.Select(text => text.Value).SelectMany(text => syntax.Find(text).Select(token => token.In(text))).ToList() : [];
            foreach (var token in syntax.Find(place.Text))
            {
                // A broken paragraph lists what its pieces do not list.
                if (!whole.Remove(token.In(place.Text)))
                {
                    found.Add(new FoundToken(token.In(place.Text), token.Body, ShapeName(place.Owner), reason));
                }
            }
        }

        return found;
    }

    /// <summary>Lists the tokens of a text.</summary>
    public static IEnumerable<FoundToken> In(string text, TokenSyntax syntax, string? reason) =>
        syntax.Find(text).Select(token => new FoundToken(token.In(text), token.Body, null, reason));

    /// <summary>Name of the innermost shape that an element belongs to.</summary>
    public static string? ShapeName(XElement element)
    {
        for (XElement? at = element; at is not null; at = at.Parent)
        {
            if (at.Name.LocalName is "sp" or "pic" or "graphicFrame" or "cxnSp" or "grpSp")
            {
                foreach (var properties in at.Elements())
                {
                    if (properties.Name.LocalName.StartsWith("nv", StringComparison.Ordinal))
                    {
                        return properties.Elements().FirstOrDefault(drawing => drawing.Name.LocalName == "cNvPr")?.Attribute("name")?.Value;
                    }
                }
            }
        }

        return null;
    }
}
