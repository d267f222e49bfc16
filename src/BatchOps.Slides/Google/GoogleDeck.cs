using BatchOps.Slides.Google.Presentations;

namespace BatchOps.Slides.Google;

/// <summary>
/// A deck on its way to Google. It remembers over attempts how far it came: an attempt that failed for the moment is made
/// again with the same deck and goes on from there. For one attempt at a time.
/// </summary>
public sealed class GoogleDeck
{
    private GoogleDeck(DeckPlan plan, string sourceId)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(sourceId);
        Plan = plan;
        SourceId = sourceId;
    }

    /// <summary>A deck that is a copy of a template.</summary>
    /// <param name="plan">What is put into it.</param>
    /// <param name="templateId">The template's id.</param>
    /// <param name="name">The copy's name, in which tokens take the record's values.</param>
    /// <param name="stamp">What the copy is for, such as the item's idempotency key: the same stamp, the same copy.</param>
    /// <param name="folderId">Where it goes; null for beside the template.</param>
    /// <param name="mayExist">Whether a copy with the stamp may be there already, from a run that was cut short.</param>
    /// <exception cref="DeckException">A token of the name has no value.</exception>
    public static GoogleDeck Copy(DeckPlan plan, string templateId, string name, string stamp, string? folderId = null, bool mayExist = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(stamp);
        string? missing = null;
        var deck = new GoogleDeck(plan, templateId) { Stamp = stamp, FolderId = folderId, MayExist = mayExist };
        deck.Name = plan.Record.Expand(name, (token, why) => missing ??= $"{token}: {why}").Replace('\n', ' ').Trim();
        if (missing is not null || deck.Name.Length == 0)
        {
            throw new DeckException(DeckFault.OutputName, $"The name '{name}' can't be made: {missing ?? "it is empty"}.");
        }

        return deck;
    }

    /// <summary>A presentation that is filled in place.</summary>
    /// <param name="plan">What is put into it.</param>
    /// <param name="presentationId">The presentation's id.</param>
    public static GoogleDeck InPlace(DeckPlan plan, string presentationId) => new(plan, presentationId) { PresentationId = presentationId };

    /// <summary>What is put into it.</summary>
    public DeckPlan Plan { get; }

    /// <summary>The template, or the presentation that is filled in place.</summary>
    public string SourceId { get; }

    /// <summary>The copy's name; null when a presentation is filled in place.</summary>
    public string? Name { get; private set; }

    /// <summary>The presentation that is written to; null as long as there is no copy.</summary>
    public string? PresentationId { get; internal set; }

    /// <summary>Called after each call that brought the deck forward.</summary>
    public Action? Progressed { get; set; }

    internal bool IsCopy => Name is not null;

    internal string Stamp { get; private init; } = string.Empty;

    internal string? FolderId { get; private init; }

    internal bool MayExist { get; private init; }

    /// <summary>Whether a copy was asked for and no answer came.</summary>
    internal bool IsCopyUnanswered { get; set; }

    internal DeckLayout? Layout { get; set; }

    internal DeckImages Images { get; } = new();

    /// <summary>What the presentation was when it was last read or written.</summary>
    internal string? Revision { get; set; }

    /// <summary>Changes that are not cut into batches yet.</summary>
    internal IReadOnlyList<SlideWrite>? Writes { get; set; }

    /// <summary>Batches still to be sent.</summary>
    internal List<IReadOnlyList<SlideWrite>> Batches { get; } = [];

    /// <summary>Whether the first of the batches was sent and no answer came.</summary>
    internal bool IsBatchUnanswered { get; set; }

    /// <summary>Whether anything was changed.</summary>
    internal bool IsWritten { get; set; }

    /// <summary>Whether a request was refused, so that slides are written one by one.</summary>
    internal bool IsIsolated { get; set; }

    /// <summary>How often other writers came between.</summary>
    internal int Conflicts { get; set; }

    internal int Attempts { get; set; }

    internal int CallsBefore { get; set; }

    internal int RetriesBefore { get; set; }

    internal Dictionary<DeckStep, (TimeSpan Duration, int Count)> Phases { get; } = [];
}
