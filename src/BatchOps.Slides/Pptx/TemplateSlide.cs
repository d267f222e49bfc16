namespace BatchOps.Slides.Pptx;

/// <summary>A slide of a template.</summary>
/// <param name="Number">Its place, from 1.</param>
/// <param name="Part">Its part.</param>
/// <param name="RelationshipId">What the presentation calls it.</param>
/// <param name="Id">Its number in the presentation's list.</param>
/// <param name="Title">The text of its title.</param>
/// <param name="Rules">The slide rules that stand on it or in its notes.</param>
/// <param name="Names">The bodies of its tokens, notes, charts and diagrams included.</param>
internal sealed record TemplateSlide(int Number, string Part, string RelationshipId, uint Id, string? Title, IReadOnlyList<SlideRule> Rules, IReadOnlyCollection<string> Names)
    : SlideOutline(Number, Title, Rules, Names);
