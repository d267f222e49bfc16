namespace BatchOps.Slides.Google.Presentations;

/// <summary>A slide of a deck in the making with its notes, or a layout or master of it.</summary>
/// <param name="template">The template's slide that it is made from; null for a layout or master.</param>
/// <param name="id">Its object id.</param>
/// <param name="part">What messages call it.</param>
/// <param name="scope">What is known on it.</param>
internal sealed class DeckPage(SlideOutline? template, string id, string part, PlanScope scope)
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    public SlideOutline? Template { get; } = template;

    public string Id { get; } = id;

    public string Part { get; } = part;

    public PlanScope Scope { get; } = scope;

    /// <summary>The slide that it is a duplicate of.</summary>
    public string? CopyOf { get; init; }

    /// <summary>Why slide rules on it are not carried out; null when they are.</summary>
    public string? RuleProblem { get; init; }

    public int TextReplaced { get; set; }

    public int ImagesReplaced { get; set; }

    public int NotesReplaced { get; set; }

    /// <summary>What went wrong on it.</summary>
    public string? Error { get; set; }

    /// <summary>Why tokens were not replaced.</summary>
    public Dictionary<string, string> Reasons { get; } = new(StringComparer.Ordinal);

    /// <summary>Tokens that came with values into its speaker notes.</summary>
    public List<string> IntroducedInNotes { get; set; } = [];

    /// <summary>What the elements of a duplicate are called that changes speak of.</summary>
    public IReadOnlyDictionary<string, string> Ids => _ids;

    /// <summary>The id that an element of the slide has on this duplicate.</summary>
    /// <param name="original">Its id on the slide.</param>
    public string OwnId(string original)
    {
        if (!_ids.TryGetValue(original, out var own))
        {
            own = $"{Id}_{_ids.Count + 1}";
            _ids.Add(original, own);
        }

        return own;
    }
}
