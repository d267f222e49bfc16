namespace BatchOps.Slides;

/// <summary>Says what a plan would do with a template, whatever kind of file it is.</summary>
internal static class PlanPreview
{
    public static IReadOnlyList<PlannedSlide> Make(DeckPlan plan, IReadOnlyCollection<SlideOutline> outlines, IEnumerable<TemplateToken> templateTokens)
    {
        var tokens = templateTokens.ToLookup(token => token.Slide);
        var slides = new List<PlannedSlide>(outlines.Count + 1);
        foreach (var slide in outlines)
        {
            SlideRule? unknown = null;
            var scopes = slide.Rules.Count == 0 ? [plan.Record] : plan.Decide(slide.Rules, out unknown);
            var notes = scopes.Count == 0 ? null : plan.NotesFor(slide.Number, slide.Title, slide.Names);
            slides.Add(new PlannedSlide(
                slide.Number,
                slide.Title,
                scopes.Count,
                scopes.Count == 0 ? [] : tokens[slide.Number].Select(token => Planned(token, scopes[0], unknown)).ToList(),
                notes is null ? null : scopes[0].Expand(notes)));
        }

        if (tokens[null].Any())
        {
            slides.Add(new PlannedSlide(null, null, 1, tokens[null].Select(token => Planned(token, plan.Record, null)).ToList(), null));
        }

        return slides;
    }

    private static PlannedToken Planned(TemplateToken token, PlanScope scope, SlideRule? unknown)
    {
        if (token.Problem is not null)
        {
            return new PlannedToken(token, null, null, token.Problem);
        }

        if (SlideRule.IsMarker(token.Name))
        {
            var isKnown = SlideRule.Parse(token.Name) is { } rule && rule != unknown;
            return new PlannedToken(token, isKnown ? string.Empty : null, null, isKnown ? null : "it is no slide rule, or asks for a name that is not there");
        }

        if (scope.Plan.Images.TryGetValue(token.Name, out var image))
        {
            return new PlannedToken(token, null, image with { Source = scope.Expand(image.Source) }, null);
        }

        return scope.TryWrite(token.Name, out var text) ? new PlannedToken(token, text, null, null) : new PlannedToken(token, null, null, text);
    }
}
