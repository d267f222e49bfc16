using System.Globalization;
using System.Xml.Linq;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>Carries out the slide rules: drops and duplicates slides, and keeps the presentation's lists in order.</summary>
internal static class SlideList
{
    public static List<DeckSlide> Build(DeckPackage package, DeckPlan plan)
    {
        var template = package.Template;
        var slides = new List<DeckSlide>(template.Slides.Count);
        var dropped = new List<DeckPart>();
        var copies = new Dictionary<string, List<DeckPart>>(StringComparer.Ordinal);
        foreach (var slide in template.Slides)
        {
            var part = package.Find(slide.Part)!;
            SlideRule? unknown = null;
            var scopes = slide.Rules.Count == 0 ? [plan.Record] : plan.Decide(slide.Rules, out unknown);
            if (slides.Count + scopes.Count > template.Limits.Slides)
            {
                throw new DeckException(DeckFault.TooLarge, $"The deck would have more than {template.Limits.Slides} slides; the slide rules of slide {slide.Number} of '{template.Name}' repeat it {scopes.Count} times.");
            }

            if (scopes.Count == 0)
            {
                dropped.Add(part);
                continue;
            }

            slides.Add(new DeckSlide(slide, part, scopes[0]) { RuleProblem = unknown is null ? null : $"the record, -Text and -Section have no '{unknown.Name}'" });
            var more = new List<DeckPart>();
            foreach (var scope in scopes.Skip(1))
            {
                var copy = package.Copy(part);
                more.Add(copy);
                slides.Add(new DeckSlide(slide, copy, scope));
            }

            if (more.Count > 0)
            {
                copies[slide.RelationshipId] = more;
            }
        }

        if (slides.Count == 0)
        {
            throw new DeckException(DeckFault.NoSlides, $"The slide rules of '{template.Name}' leave no slide for this record.");
        }

        if (copies.Count > 0)
        {
            Insert(package, copies);
        }

        if (dropped.Count > 0)
        {
            var ids = template.Slides.Where(slide => dropped.Exists(part => PartName.Comparer.Equals(part.Name, slide.Part))).Select(slide => slide.Id.ToString(CultureInfo.InvariantCulture)).ToHashSet(StringComparer.Ordinal);
            package.Presentation.Document.Descendants(Ns.P14 + "sldId").Where(entry => ids.Contains((string?)entry.Attribute("id") ?? string.Empty)).Remove();
            package.Drop(dropped);
        }

        return slides;
    }

    private static void Insert(DeckPackage package, Dictionary<string, List<DeckPart>> copies)
    {
        var presentation = package.Presentation;
        var root = presentation.Document.Root!;
        presentation.IsChanged = true;
        var entries = root.Elements(Ns.P + "sldIdLst").Elements(Ns.P + "sldId").ToList();
        var used = entries.Select(entry => (uint?)entry.Attribute("id") ?? 0).ToHashSet();

        // Numbers of slides lie between 256 and 2^31 (ECMA-376, ST_SlideId).
        var next = Math.Max(255u, used.Max());
        var sections = root.Descendants(Ns.P14 + "sldId").ToList();
        foreach (var entry in entries)
        {
            if (!copies.TryGetValue((string?)entry.Attribute(Ns.R + "id") ?? string.Empty, out var more))
            {
                continue;
            }

            var after = entry;
            var inSection = sections.Find(one => (string?)one.Attribute("id") == (string?)entry.Attribute("id"));
            foreach (var copy in more)
            {
                next = Next(next, used);
                var added = new XElement(Ns.P + "sldId", new XAttribute("id", next), new XAttribute(Ns.R + "id", presentation.Relate(RelationshipKind.Slide, copy)));
                after.AddAfterSelf(added);
                after = added;
                if (inSection is not null)
                {
                    var member = new XElement(Ns.P14 + "sldId", new XAttribute("id", next));
                    inSection.AddAfterSelf(member);
                    inSection = member;
                }

                Renew(copy, next);
            }
        }
    }

    private static uint Next(uint last, HashSet<uint> used)
    {
        var next = last + 1;
        while (next >= int.MaxValue || !used.Add(next))
        {
            next = next >= int.MaxValue ? 256 : next + 1;
        }

        return next;
    }

    // PowerPoint tells slides apart by this number when decks are merged; a copy is another slide.
    private static void Renew(DeckPart slide, uint id)
    {
        if (slide.Root.Descendants(Ns.P14 + "creationId").Any())
        {
            foreach (var creation in slide.Document.Descendants(Ns.P14 + "creationId"))
            {
                var value = uint.TryParse((string?)creation.Attribute("val"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 0;
                creation.SetAttributeValue("val", unchecked(value + (id * 2654435761u)));
                slide.IsChanged = true;
            }
        }
    }
}
