using System.Xml.Linq;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Puts values in the place of tokens. A value takes the formatting of the run in which its token begins; what the token
/// takes of later runs is cut out of them, and the runs stay. A line break in a value makes a new paragraph with the same
/// bullet and style when the token is all of its paragraph, else a line break.
/// </summary>
/// <param name="syntax">How tokens look.</param>
/// <param name="value">What they are replaced by.</param>
internal sealed class TextFiller(TokenSyntax syntax, TokenValue value)
{
    /// <summary>Replaces the tokens below an element.</summary>
    /// <returns>How many were replaced by values; markers of slide rules don't count.</returns>
    public int Fill(XElement root)
    {
        var count = 0;
        foreach (var place in TextPlaces.Find(root, syntax))
        {
            count += Fill(place);
        }

        return count;
    }

    private int Fill(TextPlace place)
    {
        if (place.Kind is PlaceKind.Broken or PlaceKind.Formula)
        {
            return 0;
        }

        var replaced = new List<(Token Token, string Value)>();
        var markers = 0;
        foreach (var token in syntax.Find(place.Text))
        {
            if (value(token.In(place.Text), token.Body, out var text))
            {
                replaced.Add((token, text));
                markers += SlideRule.IsMarker(token.Body) ? 1 : 0;
            }
        }

        if (replaced.Count == 0)
        {
            return 0;
        }

        switch (place.Kind)
        {
            case PlaceKind.Attribute:
                place.Attribute!.Value = Replace(place.Text, replaced).Replace('\n', ' ');
                break;
            case PlaceKind.Leaf:
                var line = Replace(place.Text, replaced);
                place.Texts[0].Value = place.Owner.Name == Ns.Paragraph ? line.Replace('\n', ' ') : line;
                foreach (var rest in place.Texts.Skip(1))
                {
                    rest.Value = string.Empty;
                }

                break;
            default:
                FillRuns(place, replaced);
                DropStaleScale(place.Owner);
                break;
        }

        if (markers > 0 && place.IsWhole && Replace(place.Text, replaced).AsSpan().IsWhiteSpace())
        {
            RemoveMarker(place.Owner);
        }

        return replaced.Count - markers;
    }

    private static string Replace(string text, List<(Token Token, string Value)> replaced)
    {
        for (var i = replaced.Count - 1; i >= 0; i--)
        {
            var (token, value) = replaced[i];
            text = string.Concat(text.AsSpan(0, token.Start), value, text.AsSpan(token.End));
        }

        return text;
    }

    private static void FillRuns(TextPlace place, List<(Token Token, string Value)> replaced)
    {
        var (only, onlyValue) = replaced[0];
        var lines = replaced.Count == 1 && place.IsWhole && place.Owner.Name == Ns.Paragraph && onlyValue.Contains('\n', StringComparison.Ordinal) && place.Text.Length - only.Length == CountWhite(place.Text)
            ? onlyValue.Split('\n')
            : null;
        if (lines is not null)
        {
            replaced = [(only, lines[0])];
        }

        var texts = place.Texts.Select(text => text.Value).ToArray();
        var starts = new int[texts.Length];
        for (var i = 1; i < texts.Length; i++)
        {
            starts[i] = starts[i - 1] + texts[i - 1].Length;
        }

        var changed = new bool[texts.Length];
        var home = 0;
        for (var i = replaced.Count - 1; i >= 0; i--)
        {
            var (token, text) = replaced[i];
            var first = RunAt(starts, texts.Length, token.Start);
            var last = RunAt(starts, texts.Length, token.End - 1);
            var head = texts[first].AsSpan(0, token.Start - starts[first]);
            var tail = texts[last].AsSpan(token.End - starts[last]);
            changed[first] = changed[last] = true;
            home = first;
            if (first == last)
            {
                texts[first] = string.Concat(head, text, tail);
                continue;
            }

            texts[last] = tail.ToString();
            texts[first] = string.Concat(head, text);
            for (var between = first + 1; between < last; between++)
            {
                texts[between] = string.Empty;
                changed[between] = true;
            }
        }

        for (var i = 0; i < texts.Length; i++)
        {
            if (changed[i])
            {
                SetText(place.Texts[i], texts[i]);
            }
        }

        if (lines is not null)
        {
            RepeatParagraph(place, home, lines);
        }
    }

    private static int RunAt(int[] starts, int count, int offset)
    {
        var at = Array.BinarySearch(starts, 0, count, offset);
        at = at >= 0 ? at : ~at - 1;

        // Of empty runs that begin at the same offset, the character is in the last.
        while (at + 1 < count && starts[at + 1] == offset)
        {
            at++;
        }

        return at;
    }

    private static int CountWhite(string text) => text.Length - text.AsSpan().Trim().Length;

    private static void SetText(XElement element, string text)
    {
        if (element.Name.Namespace == Ns.X)
        {
            element.Value = text;
            element.SetAttributeValue(XNamespace.Xml + "space", "preserve");
            return;
        }

        var run = element.Parent!;
        var lines = text.Split('\n');
        element.Value = lines[0];
        var properties = run.Element(Ns.RunProperties);
        var after = run;
        foreach (var line in lines.AsSpan(1))
        {
            var brk = new XElement(Ns.Break, properties is null ? null : new XElement(properties));
            after.AddAfterSelf(brk);
            after = brk;
            if (line.Length > 0)
            {
                var next = new XElement(Ns.Run, properties is null ? null : new XElement(properties), new XElement(Ns.Text, line));
                after.AddAfterSelf(next);
                after = next;
            }
        }
    }

    private static void RepeatParagraph(TextPlace place, int home, string[] lines)
    {
        var after = place.Owner;
        foreach (var line in lines.AsSpan(1))
        {
            var next = new XElement(place.Owner);
            next.Elements(Ns.Run).Elements(Ns.Text).ElementAt(home).Value = line;
            after.AddAfterSelf(next);
            after = next;
        }
    }

    // The scale fitted the token's text; PowerPoint reckons it anew only when someone edits the shape.
    private static void DropStaleScale(XElement paragraph)
    {
        if (paragraph.Parent?.Element(Ns.A + "bodyPr")?.Element(Ns.A + "normAutofit") is { HasAttributes: true } fit)
        {
            fit.RemoveAttributes();
        }
    }

    private static void RemoveMarker(XElement paragraph)
    {
        if (paragraph.Parent is not { } body)
        {
            return;
        }

        if (body.Elements(Ns.Paragraph).Skip(1).Any())
        {
            paragraph.Remove();
            return;
        }

        // A shape that was there for the marker alone goes, unless an animation or the layout counts on it.
        if (body.Parent is { } shape && shape.Name == Ns.Shape && shape.Parent is not null && !shape.Descendants(Ns.Placeholder).Any()
            && shape.Descendants(Ns.Drawing).FirstOrDefault()?.Attribute("id")?.Value is { } id
            && !shape.Document!.Descendants().Any(target => target.Attribute("spid")?.Value == id))
        {
            shape.Remove();
        }
    }
}
