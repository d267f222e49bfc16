using System.Globalization;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>What the slide rules make of a presentation: which slides a deck has, in which order, and what is known on each.</summary>
internal sealed class DeckLayout
{
    private DeckLayout()
    {
    }

    /// <summary>The deck's slides in order, then layouts and masters with tokens.</summary>
    public List<DeckPage> Pages { get; } = [];

    /// <summary>Slides that are not in the deck.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Texts that hold tokens of a value, as they are when their place is filled, with those tokens.</summary>
    public Dictionary<(string ObjectId, (int, int)? Cell, TextKind Kind), (string Text, List<string> Introduced)> Filled { get; } = [];

    /// <summary>Whether notes of duplicates wait for these to be there.</summary>
    public bool HasLateNotes { get; set; }

    /// <summary>Carries out the slide rules.</summary>
    /// <param name="reading">The presentation.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="slideLimit">Slides that a deck may have.</param>
    /// <param name="name">What messages call the presentation.</param>
    /// <exception cref="DeckException">The deck would have no slide, or too many.</exception>
    public static DeckLayout Of(PresentationTemplate reading, DeckPlan plan, int slideLimit, string name)
    {
        var layout = new DeckLayout();
        foreach (var slide in reading.Slides)
        {
            SlideRule? unknown = null;
            var scopes = slide.Rules.Count == 0 ? [plan.Record] : plan.Decide(slide.Rules, out unknown);
            if (layout.Pages.Count + scopes.Count > slideLimit)
            {
                throw new DeckException(DeckFault.TooLarge, $"The deck would have more than {slideLimit} slides; the slide rules of slide {slide.Number} of '{name}' repeat it {scopes.Count} times.");
            }

            if (scopes.Count == 0)
            {
                layout.Dropped.Add(slide.Page.Id);
                continue;
            }

            layout.Pages.Add(new DeckPage(slide, slide.Page.Id, slide.Page.Part, scopes[0]) { RuleProblem = unknown is null ? null : $"the record, -Text and -Section have no '{unknown.Name}'" });
            for (var i = 1; i < scopes.Count; i++)
            {
                layout.Pages.Add(new DeckPage(slide, FreeId(reading, slide.Number, i), slide.Page.Part, scopes[i]) { CopyOf = slide.Page.Id });
            }
        }

        if (layout.Pages.Count == 0)
        {
            throw new DeckException(DeckFault.NoSlides, $"The slide rules of '{name}' leave no slide for this record.");
        }

        layout.Pages.AddRange(reading.Others.Select(page => new DeckPage(null, page.Id, page.Part, plan.Record) { RuleProblem = "a slide rule stands on a slide or in its notes" }));
        return layout;
    }

    // The same at every attempt, and new to a presentation that was filled in place before.
    private static string FreeId(PresentationTemplate reading, int slide, int copy)
    {
        for (var round = 1; ; round++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"batchops{round}_{slide}_{copy}");
            if (!reading.Ids.Contains(id))
            {
                return id;
            }
        }
    }
}
