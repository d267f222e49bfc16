namespace BatchOps.Slides.Pptx;

/// <summary>A slide of a deck in the making.</summary>
/// <param name="Template">The template's slide that it is made from.</param>
/// <param name="Part">Its part.</param>
/// <param name="Scope">What is known on it.</param>
internal sealed record DeckSlide(TemplateSlide Template, DeckPart Part, PlanScope Scope)
{
    public int TextReplaced { get; set; }

    public int ImagesReplaced { get; set; }

    public int NotesReplaced { get; set; }

    /// <summary>Why the slide's rules were not carried out.</summary>
    public string? RuleProblem { get; init; }
}
