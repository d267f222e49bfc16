using System.Collections;

namespace BatchOps.Slides;

/// <summary>Views that need no help from outside.</summary>
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
