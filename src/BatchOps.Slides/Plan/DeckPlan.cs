using System.Globalization;

namespace BatchOps.Slides;

/// <summary>What is to be put into a deck for one record. Never changes; safe for many threads.</summary>
public sealed class DeckPlan
{
    private readonly DeckPlannerOptions _options;
    private readonly ItemView _view;

    internal DeckPlan(DeckPlannerOptions options, IReadOnlyDictionary<string, object?> text, IReadOnlyDictionary<string, DeckImage> images, long started, TimeProvider time)
    {
        _options = options;
        _view = options.ItemView ?? ItemViews.Default;
        Text = text;
        Images = images;
        Record = new PlanScope(this, text);
        Time = time;
        Phase = new DeckPhase(DeckStep.Data, time.GetElapsedTime(started), text.Count + images.Count + options.Notes.Count);
    }

    /// <summary>How tokens look.</summary>
    public TokenSyntax Syntax => _options.Syntax;

    /// <summary>The culture that numbers and dates are written in.</summary>
    public CultureInfo Culture => _options.Culture;

    /// <summary>The culture that numbers and dates given as text are written in.</summary>
    public CultureInfo DataCulture => _options.DataCulture;

    /// <summary>Values by token name: the record's, the sections' and those given beside.</summary>
    public IReadOnlyDictionary<string, object?> Text { get; }

    /// <summary>Pictures by token name.</summary>
    public IReadOnlyDictionary<string, DeckImage> Images { get; }

    /// <summary>Speaker notes by slide, as given.</summary>
    public IReadOnlyDictionary<string, string> Notes => _options.Notes;

    /// <summary>What is known everywhere in the deck.</summary>
    public PlanScope Record { get; }

    /// <summary>What computing the plan took.</summary>
    public DeckPhase Phase { get; }

    internal TimeProvider Time { get; }

    /// <summary>Says how often a slide is in the deck.</summary>
    /// <param name="rules">The slide's rules.</param>
    /// <param name="unknown">The rule that asks for a name that is not there, if one does: then the slide stays, and so does its marker.</param>
    /// <returns>A scope for each time that the slide is in the deck: none when it is dropped, the record's own when nothing repeats it.</returns>
    public IReadOnlyList<PlanScope> Decide(IReadOnlyList<SlideRule> rules, out SlideRule? unknown)
    {
        ArgumentNullException.ThrowIfNull(rules);
        IReadOnlyList<PlanScope> scopes = [Record];
        if (rules.FirstOrDefault(rule => rule.Kind == SlideRuleKind.Each) is { } each)
        {
            if (!Record.TryGet(each.Name, out var collection))
            {
                unknown = each;
                return scopes;
            }

            scopes = Record.Each(collection);
        }

        var kept = new List<PlanScope>(scopes.Count);
        foreach (var scope in scopes)
        {
            var keep = true;
            foreach (var rule in rules)
            {
                if (rule.Kind == SlideRuleKind.Each)
                {
                    continue;
                }

                if (rule.Holds(scope) is not { } holds)
                {
                    unknown = rule;
                    return [Record];
                }

                keep &= holds;
            }

            if (keep)
            {
                kept.Add(scope);
            }
        }

        unknown = null;
        return kept;
    }

    /// <summary>The notes that a slide is to have; null when its own stay.</summary>
    /// <param name="number">The slide's place in the template, from 1.</param>
    /// <param name="title">The slide's title in the template.</param>
    /// <param name="names">Names of the tokens on it.</param>
    public string? NotesFor(int number, string? title, IEnumerable<string> names)
    {
        if (Notes.Count == 0)
        {
            return null;
        }

        if (Notes.TryGetValue(number.ToString(CultureInfo.InvariantCulture), out var notes))
        {
            return notes;
        }

        foreach (var (key, text) in Notes)
        {
            if (string.Equals(key, title, StringComparison.OrdinalIgnoreCase))
            {
                return text;
            }
        }

        foreach (var name in names)
        {
            foreach (var section in _options.Sections)
            {
                if (name.StartsWith(section.Slug + "_", StringComparison.OrdinalIgnoreCase) && Find(section.Slug) is { } text)
                {
                    return text;
                }
            }
        }

        return Find("*");

        string? Find(string key) => Notes.FirstOrDefault(entry => string.Equals(entry.Key, key, StringComparison.OrdinalIgnoreCase)).Value;
    }

    internal IReadOnlyDictionary<string, object?>? View(object value) => _view(value);
}
