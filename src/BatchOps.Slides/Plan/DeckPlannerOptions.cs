using System.Globalization;

namespace BatchOps.Slides;

/// <summary>What all decks of a run have in common.</summary>
public sealed record DeckPlannerOptions
{
    /// <summary>How tokens look.</summary>
    /// <value>Default <c>{{name}}</c>.</value>
    public TokenSyntax Syntax { get; init; } = TokenSyntax.Default;

    /// <summary>The culture that numbers and dates are written in.</summary>
    /// <value>Default the current culture.</value>
    public CultureInfo Culture { get; init; } = CultureInfo.CurrentCulture;

    /// <summary>The culture that numbers and dates given as text (a CSV column) are written in.</summary>
    /// <value>Default the invariant culture.</value>
    public CultureInfo DataCulture { get; init; } = CultureInfo.InvariantCulture;

    /// <summary>Values beside the record's, over which they win; names with or without delimiters.</summary>
    public IReadOnlyDictionary<string, object?> Text { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>Sections; their values win over the record's, those of <see cref="Text"/> over theirs.</summary>
    public IReadOnlyList<DeckSection> Sections { get; init; } = [];

    /// <summary>Pictures by the name of their token, with or without delimiters; they win over a section's chart.</summary>
    public IReadOnlyDictionary<string, DeckImage> Images { get; init; } = new Dictionary<string, DeckImage>(StringComparer.Ordinal);

    /// <summary>How the charts of sections are fitted.</summary>
    public ImageFit ImageFit { get; init; }

    /// <summary>
    /// Speaker notes: text by slide, in which tokens take the record's values. A slide is named by its place in the template
    /// (<c>3</c>), its title, the slug of a section whose tokens it holds, or <c>*</c> for all that are not named otherwise.
    /// </summary>
    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Looks into values; sees dictionaries by default.</summary>
    public ItemView? ItemView { get; init; }
}
