using System.Collections;
using System.Globalization;

namespace BatchOps.Slides;

/// <summary>
/// The names that are known on a slide: the record's, and on a repeated slide first those of its item: the item's own,
/// <c>.</c> (the item itself), <c>@number</c> (from 1) and <c>@count</c>.
/// </summary>
public sealed class PlanScope
{
    private readonly DeckPlan _plan;
    private readonly IReadOnlyDictionary<string, object?> _values;
    private readonly PlanScope? _outer;

    internal PlanScope(DeckPlan plan, IReadOnlyDictionary<string, object?> values, PlanScope? outer = null)
    {
        _plan = plan;
        _values = values;
        _outer = outer;
    }

    /// <summary>The plan that it belongs to.</summary>
    public DeckPlan Plan => _plan;

    /// <summary>Finds a value by its name, or by a path of names with dots (<c>customer.city</c>).</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <param name="value">The value, when there is one; it may be null.</param>
    public bool TryGet(string name, out object? value)
    {
        for (var scope = this; scope is not null; scope = scope._outer)
        {
            if (scope._values.TryGetValue(name, out value))
            {
                return true;
            }
        }

        for (var dot = name.LastIndexOf('.'); dot > 0; dot = name.LastIndexOf('.', dot - 1))
        {
            if (TryGet(name[..dot], out var whole) && whole is not null && _plan.View(whole) is { } view && view.TryGetValue(name[(dot + 1)..], out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <summary>Writes a token's value.</summary>
    /// <param name="body">What stands between the delimiters: a name, or a name and a format (<c>total:N2</c>).</param>
    /// <param name="text">The value's text, lines ending in <c>\n</c>; when there is none, the reason.</param>
    public bool TryWrite(string body, out string text)
    {
        string? format = null;
        if (!TryGet(body, out var value))
        {
            var colon = body.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? body : body[..colon].Trim();
            if (colon < 0 || !TryGet(name, out value))
            {
                text = _plan.Images.ContainsKey(name)
                    ? "it names an image, which needs a shape whose only text it is"
                    : $"the record, -Text and -Section have no '{name}'";
                return false;
            }

            format = body[(colon + 1)..].Trim();
        }

        if (ValueText.Write(value, format, _plan.Culture, _plan.DataCulture) is { } written)
        {
            text = ValueText.Clean(written);
            return true;
        }

        text = string.Create(CultureInfo.InvariantCulture, $"'{value}' can't be written as '{format}'");
        return false;
    }

    /// <summary>Replaces the tokens of a text in one pass; a value that holds a token is not replaced again.</summary>
    /// <param name="text">The text.</param>
    /// <param name="missing">Called for each token without a value, with the token and the reason; it stays as it is.</param>
    /// <param name="encode">Changes each value before it is put in.</param>
    public string Expand(string text, Action<string, string>? missing = null, Func<string, string>? encode = null)
    {
        var tokens = _plan.Syntax.Find(text);
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            var token = tokens[i];
            if (TryWrite(token.Body, out var value))
            {
                text = string.Concat(text.AsSpan(0, token.Start), encode is null ? value : encode(value), text.AsSpan(token.End));
            }
            else
            {
                missing?.Invoke(token.In(text), value);
            }
        }

        return text;
    }

    /// <summary>The number that a token's value is, or that its text reads as; null when it is none.</summary>
    internal decimal? Number(string body)
    {
        if (!TryGet(body, out var value))
        {
            var colon = body.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !TryGet(body[..colon].Trim(), out value))
            {
                return null;
            }
        }

        return ValueText.Number(value, _plan.DataCulture);
    }

    /// <summary>One scope for each item of a collection; anything else is a collection of one, null one of none.</summary>
    internal IReadOnlyList<PlanScope> Each(object? collection)
    {
        var items = collection switch
        {
            null => [],
            string text when string.IsNullOrWhiteSpace(text) => [],
            string => [collection],
            IDictionary => [collection],
            IReadOnlyDictionary<string, object?> => [collection],
            IEnumerable many => many.Cast<object?>().ToList(),
            _ => new List<object?> { collection },
        };
        var scopes = new List<PlanScope>(items.Count);
        foreach (var item in items)
        {
            var values = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["."] = item, ["@number"] = scopes.Count + 1, ["@count"] = items.Count };
            if (item is not null && _plan.View(item) is { } view)
            {
                foreach (var (name, value) in view)
                {
                    values.TryAdd(name, value);
                }
            }

            scopes.Add(new PlanScope(_plan, values, this));
        }

        return scopes;
    }
}
