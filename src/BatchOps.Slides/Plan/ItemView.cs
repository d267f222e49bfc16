using System.Collections;

namespace BatchOps.Slides;

/// <summary>Looks at an item of a collection, or a value within a record, as names and values; null when it has none.</summary>
/// <param name="value">The item.</param>
public delegate IReadOnlyDictionary<string, object?>? ItemView(object value);

internal static class ItemViews
{
    /// <summary>Sees dictionaries only.</summary>
    public static IReadOnlyDictionary<string, object?>? Default(object value) => value switch
    {
        IReadOnlyDictionary<string, object?> view => view,
        IDictionary map => Copy(map),
        _ => null,
    };

    private static Dictionary<string, object?> Copy(IDictionary map)
    {
        var copy = new Dictionary<string, object?>(map.Count, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in map)
        {
            if (entry.Key.ToString() is { } name)
            {
                copy.TryAdd(name, entry.Value);
            }
        }

        return copy;
    }
}
