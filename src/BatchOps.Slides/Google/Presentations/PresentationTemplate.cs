namespace BatchOps.Slides.Google.Presentations;

/// <summary>A presentation that was read: what decks are made of, and what they are checked by. Never changes; safe for many threads.</summary>
public sealed class PresentationTemplate
{
    internal PresentationTemplate(string id, string title, string? revisionId, TokenSyntax syntax)
    {
        Id = id;
        Title = title;
        RevisionId = revisionId;
        Syntax = syntax;
    }

    /// <summary>The presentation's id.</summary>
    public string Id { get; }

    /// <summary>The presentation's title.</summary>
    public string Title { get; }

    /// <summary>How tokens look in it.</summary>
    public TokenSyntax Syntax { get; }

    /// <summary>How many slides it has.</summary>
    public int SlideCount => Slides.Count;

    /// <summary>The tokens that stand in it, with the place of each; slide rules are among them.</summary>
    public IReadOnlyList<TemplateToken> Tokens { get; internal set; } = [];

    /// <summary>What it was when it was read; null for those who may not write to it.</summary>
    internal string? RevisionId { get; }

    internal IReadOnlyList<ReadSlide> Slides { get; set; } = [];

    /// <summary>Layouts and masters with tokens.</summary>
    internal IReadOnlyList<ReadPage> Others { get; set; } = [];

    /// <summary>The ids of all that is in it; a new one must not be among them.</summary>
    internal IReadOnlySet<string> Ids { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Says what a plan would do with the presentation, without changing anything: for each slide how often it is in the deck,
    /// and for each token what is put there. Pictures are not looked at, and tokens on repeated slides take the first item.
    /// </summary>
    /// <param name="plan">The plan.</param>
    public IReadOnlyList<PlannedSlide> Preview(DeckPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return PlanPreview.Make(plan, Slides, Tokens);
    }
}
