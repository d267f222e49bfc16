using System.Globalization;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Pptx;

/// <summary>Puts values into all that a part holds: texts, names, links, and the workbooks behind charts.</summary>
/// <param name="package">The deck.</param>
internal sealed class PartFiller(DeckPackage package)
{
    /// <summary>Fills a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="scope">What is known.</param>
    /// <param name="ruleProblem">For parts of a slide: null when its rules were carried out, else why not. Elsewhere rules have no place.</param>
    /// <returns>How many tokens were replaced.</returns>
    public int Fill(DeckPart part, PlanScope scope, string? ruleProblem)
    {
        var origin = part.Origin;
        if (origin is null || (origin.Tokens.Count == 0 && origin.Relationships.Count == 0))
        {
            return 0;
        }

        var count = 0;
        var value = Values(part, scope, ruleProblem);
        if (origin.HasLinkTokens)
        {
            count += FillLinks(part, value);
        }

        if (origin.IsFillable && origin.Tokens.Count > 0)
        {
            var replaced = new TextFiller(scope.Plan.Syntax, value).Fill(part.Document.Root!);
            part.IsChanged = true;
            count += replaced;
        }

        foreach (var link in part.Relationships)
        {
            if (link.Kind == RelationshipKind.Package && package.Find(link.Part) is { Origin.Workbook: { } workbook } embedded)
            {
                count += FillWorkbook(part, embedded, workbook, scope);
            }
        }

        return count;
    }

    private static TokenValue Values(DeckPart part, PlanScope scope, string? ruleProblem)
    {
        var syntax = scope.Plan.Syntax;
        return (string literal, string body, out string value) =>
        {
            if (SlideRule.IsMarker(body))
            {
                value = string.Empty;
                var problem = SlideRule.Parse(body) is null
                    ? SlideRule.NotOne
                    : ruleProblem;
                if (problem is not null)
                {
                    part.Reasons[literal] = problem;
                }

                return problem is null;
            }

            if (!scope.TryWrite(body, out value))
            {
                // An image's own reason says more.
                part.Reasons.TryAdd(literal, value);
                return false;
            }

            if (value.Contains(syntax.Open, StringComparison.Ordinal))
            {
                foreach (var token in syntax.Find(value))
                {
                    part.Introduced.Add(token.In(value));
                }
            }

            return true;
        };
    }

    private int FillLinks(DeckPart part, TokenValue value)
    {
        var count = 0;
        foreach (var link in part.Relationships.Where(link => link.IsExternal).ToList())
        {
            var target = LinkTarget.Fill(link.Target, package.Template.Syntax, value, out var replaced);
            if (replaced == 0)
            {
                continue;
            }

            count += replaced;
            if (target is null)
            {
                // A record without an address has a text without a link.
                part.Sever(link.Id);
            }
            else
            {
                part.Retarget(link.Id, before => before with { Target = target });
            }
        }

        return count;
    }

    private static int FillWorkbook(DeckPart chart, DeckPart embedded, WorkbookTemplate workbook, PlanScope scope)
    {
        if (workbook.Tokens.Count == 0 || embedded.Payload is not null)
        {
            return 0;
        }

        var numeric = new HashSet<WorkbookCell>();
        foreach (var reference in chart.Root.Descendants(Ns.C + "numRef"))
        {
            numeric.UnionWith(WorkbookTemplate.Cells((string?)reference.Element(Ns.C + "f") ?? string.Empty));
        }

        var numbers = new Dictionary<WorkbookCell, decimal>();
        var filled = workbook.Fill(Values(embedded, scope, "a slide rule stands on a slide or in its notes"), scope.Number, numeric, numbers, out var count);
        if (filled is not null)
        {
            embedded.Payload = filled;
        }

        if (numbers.Count > 0)
        {
            FillCache(chart, numbers);
        }

        return count;
    }

    // What a chart shows until someone opens its workbook.
    private static void FillCache(DeckPart chart, Dictionary<WorkbookCell, decimal> numbers)
    {
        foreach (var reference in chart.Document.Descendants(Ns.C + "numRef").ToList())
        {
            var cells = WorkbookTemplate.Cells((string?)reference.Element(Ns.C + "f") ?? string.Empty).ToList();
            if (reference.Element(Ns.C + "numCache") is not { } cache)
            {
                continue;
            }

            for (var i = 0; i < cells.Count; i++)
            {
                if (!numbers.TryGetValue(cells[i], out var number))
                {
                    continue;
                }

                var index = i;
                var text = number.ToString(CultureInfo.InvariantCulture);
                var point = cache.Elements(Ns.C + "pt").FirstOrDefault(point => (int?)point.Attribute("idx") == index);
                if (point is null)
                {
                    point = new System.Xml.Linq.XElement(Ns.C + "pt", new System.Xml.Linq.XAttribute("idx", index), new System.Xml.Linq.XElement(Ns.C + "v", text));
                    var before = cache.Elements(Ns.C + "pt").LastOrDefault(other => (int?)other.Attribute("idx") < index) ?? cache.Element(Ns.C + "ptCount");
                    if (before is null)
                    {
                        cache.AddFirst(point);
                    }
                    else
                    {
                        before.AddAfterSelf(point);
                    }
                }
                else
                {
                    point.SetElementValue(Ns.C + "v", text);
                }
            }
        }

        chart.IsChanged = true;
    }
}
