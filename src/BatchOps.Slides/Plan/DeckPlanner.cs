namespace BatchOps.Slides;

/// <summary>Computes a deck's plan from a record, once, whatever the target and however often it is tried. Safe for many threads.</summary>
public sealed class DeckPlanner
{
    private readonly DeckPlannerOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a planner.</summary>
    /// <param name="options">What all decks have in common.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="ArgumentException">A name is empty or can't be a token's, or two sections have the same slug.</exception>
    public DeckPlanner(DeckPlannerOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time ?? TimeProvider.System;

        var slugs = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in options.Sections)
        {
            CheckName(section.Slug, "A section's slug");
            if (!slugs.Add(section.Slug))
            {
                throw new ArgumentException($"Two sections have the slug '{section.Slug}'; give each its own.", nameof(options));
            }
        }

        foreach (var name in options.Text.Keys.Concat(options.Images.Keys))
        {
            CheckName(options.Syntax.Bare(name), "A token's name");
        }
    }

    /// <summary>Computes the plan for a record.</summary>
    /// <param name="record">The record's properties; case of names does not matter.</param>
    public DeckPlan Plan(IReadOnlyDictionary<string, object?> record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var started = _time.GetTimestamp();
        var text = new Dictionary<string, object?>(record.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in record)
        {
            text.TryAdd(name.Trim(), value);
        }

        var images = new Dictionary<string, DeckImage>(StringComparer.OrdinalIgnoreCase);
        foreach (var section in _options.Sections)
        {
            if (section.Title is not null)
            {
                text[section.Slug + "_title"] = section.Title;
            }

            if (section.Body is not null)
            {
                text[section.Slug + "_body"] = section.Body;
            }

            if (!string.IsNullOrWhiteSpace(section.Chart))
            {
                images[section.Slug + "_chart"] = new DeckImage(section.Chart, _options.ImageFit);
            }
        }

        foreach (var (name, value) in _options.Text)
        {
            text[_options.Syntax.Bare(name)] = value;
        }

        foreach (var (name, image) in _options.Images)
        {
            images[_options.Syntax.Bare(name)] = image;
        }

        return new DeckPlan(_options, text, images, started, _time);
    }

    private static void CheckName(string name, string what)
    {
        if (string.IsNullOrWhiteSpace(name) || SlideRule.IsMarker(name) || name.Any(char.IsControl))
        {
            throw new ArgumentException($"{what} is '{name}'; write a name such as 'customer' that does not begin with '#' or '/'.", nameof(name));
        }
    }
}
