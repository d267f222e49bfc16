using System.Collections;
using System.Management.Automation;

namespace BatchOps.PowerShell.Decks;

/// <summary>Properties of records and of what they hold, as deck plans read them.</summary>
internal static class RecordView
{
    /// <summary>The properties of a record; a value without any is there as <c>.</c>.</summary>
    public static IReadOnlyDictionary<string, object?> OfRecord(PSObject? record) => record is null
        ? new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        : Of(record) ?? new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase) { ["."] = Bare(record) };

    /// <summary>The properties of a value; null when it is one that is written as it stands.</summary>
    public static IReadOnlyDictionary<string, object?>? Of(object value)
    {
        var wrapped = PSObject.AsPSObject(value);
        switch (wrapped.BaseObject)
        {
            case IDictionary table:
                var entries = new Dictionary<string, object?>(table.Count, StringComparer.OrdinalIgnoreCase);
                foreach (DictionaryEntry entry in table)
                {
                    entries.TryAdd(entry.Key.ToString() ?? string.Empty, Bare(entry.Value));
                }

                return entries;
            case string or ValueType or Uri or Version or IEnumerable:
                return null;
            default:
                var properties = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
                foreach (var property in wrapped.Properties)
                {
                    if (property.IsGettable && TryRead(property, out var read))
                    {
                        properties.TryAdd(property.Name, Bare(read));
                    }
                }

                return properties;
        }
    }

    private static bool TryRead(PSPropertyInfo property, out object? value)
    {
        try
        {
            value = property.Value;
            return true;
        }
        catch (RuntimeException)
        {
            // A property that can't be read is one that the record does not have: its token is reported as left.
            value = null;
            return false;
        }
    }

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
