using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Changes that belong together: all of them are sent in one batch, or none.</summary>
/// <param name="Step">The step that they are part of.</param>
/// <param name="Targets">The pages that they change, and how much is replaced on each.</param>
/// <param name="Make">Writes the requests for some of these pages.</param>
internal sealed record SlideWrite(DeckStep Step, IReadOnlyList<WriteTarget> Targets, Func<IReadOnlyList<WriteTarget>, IEnumerable<Request>> Make)
{
    /// <summary>Whether later changes count on it: slides are dropped or duplicated, or what is duplicated is made ready.</summary>
    public bool IsStructure { get; init; }

    /// <summary>The token that it replaces everywhere on its pages.</summary>
    public string? Literal { get; init; }

    /// <summary>The path or address of the picture that it places.</summary>
    public string? Image { get; init; }

    /// <summary>How much is replaced on all pages.</summary>
    public int Count => Targets.Sum(target => target.Count);

    public IEnumerable<Request> Requests => Make(Targets);

    /// <summary>What of it changes a page; null when nothing does.</summary>
    public SlideWrite? On(DeckPage page)
    {
        var own = Targets.Where(target => target.Page == page).ToList();
        return own.Count == 0 ? null : own.Count == Targets.Count ? this : this with { Targets = own };
    }
}
