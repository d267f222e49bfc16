using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Reflection;
using System.Xml;

namespace BatchOps.PowerShell.Journal;

/// <summary>Arrays, lists and tables.</summary>
internal sealed partial class ValueEncoder
{
    // What compares a table's keys can't be asked from outside.
    private static readonly Func<Hashtable, IEqualityComparer?>? HashtableComparer = typeof(Hashtable)
        .GetProperty("EqualityComparer", BindingFlags.Instance | BindingFlags.NonPublic)?.GetMethod?.CreateDelegate<Func<Hashtable, IEqualityComparer?>>();

    private static readonly FieldInfo? OrderedComparer = typeof(OrderedDictionary).GetField("_comparer", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly IEqualityComparer<string> DefaultComparer = new Dictionary<string, object>(comparer: null).Comparer;

    private static bool IsContainer(object value) => value switch
    {
        XmlDocument => true,
        XmlNode => false,
        ICollection => true,
        IEnumerable => Array.Exists(value.GetType().GetInterfaces(), static i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>)),
        _ => false,
    };

    private void WriteContainer(object value)
    {
        // The modules of a process: many objects, each as large as the one that was asked for.
        var isInside = _bags > 0 ? 1 : 0;
        _bags += isInside;
        switch (value)
        {
            case object[] array when array.GetType() == typeof(object[]):
                WriteElements(array, of: null);
                break;
            case Array array:
                WriteTyped("array", array, array.GetType().GetElementType()!, isKnown: array.GetType().IsSZArray);
                break;
            case IDictionary table:
                WriteTable(table);
                break;
            case ArrayList list when list.GetType() == typeof(ArrayList):
                _text.Append("{\"$t\":\"arraylist\",\"v\":");
                WriteElements(list, of: null);
                _text.Append('}');
                break;
            case var _ when DefinitionOf(value) == typeof(List<>):
                WriteTyped("list", (ICollection)value, value.GetType().GetGenericArguments()[0], isKnown: true);
                break;
            case var _ when DefinitionOf(value) == typeof(Collection<>):
                WriteTyped("collection", (ICollection)value, value.GetType().GetGenericArguments()[0], isKnown: true);
                break;
            default:
                _lossy = true;
                WriteElements((IEnumerable)value, of: null);
                break;
        }

        _bags -= isInside;
    }

    private static Type? DefinitionOf(object value) => value.GetType() is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : null;

    private void WriteTyped(string tag, ICollection elements, Type of, bool isKnown)
    {
        if (!isKnown || ElementType.NameOf(of) is not { } name)
        {
            _lossy = true;
            WriteElements(elements, of: null);
            return;
        }

        _text.Append("{\"$t\":\"");
        _text.Append(tag);
        _text.Append("\",\"of\":");
        _text.AppendQuoted(name);
        _text.Append(",\"v\":");
        WriteElements(elements, ElementType.ScalarOf(of));
        _text.Append('}');
    }

    private void WriteElements(IEnumerable elements, ScalarType? of)
    {
        _text.Append('[');
        var isFirst = true;
        foreach (var element in elements)
        {
            if (IsFull())
            {
                break;
            }

            if (!isFirst)
            {
                _text.Append(',');
            }

            isFirst = false;
            WriteElement(element, of);
        }

        _text.Append(']');
    }

    private void WriteElement(object? element, ScalarType? of)
    {
        if (of is null || element is null)
        {
            Write(element);
        }
        else
        {
            of.Write(_text, element);
        }
    }

    private void WriteTable(IDictionary table)
    {
        ScalarType? keyType = null;
        ScalarType? valueType = null;
        var type = table.GetType();
        if (DefinitionOf(table) == typeof(Dictionary<,>)
            && ElementType.NameOf(type.GetGenericArguments()[0]) is { } key
            && ElementType.NameOf(type.GetGenericArguments()[1]) is { } value)
        {
            _text.Append("{\"$t\":\"dictionary\",\"of\":[");
            _text.AppendQuoted(key);
            _text.Append(',');
            _text.AppendQuoted(value);
            _text.Append(']');
            keyType = ElementType.ScalarOf(type.GetGenericArguments()[0]);
            valueType = ElementType.ScalarOf(type.GetGenericArguments()[1]);
            WriteDictionaryComparer(table);
        }
        else
        {
            _text.Append(table is Hashtable ? "{\"$t\":\"hashtable\"" : "{\"$t\":\"ordered\"");
            _lossy |= type != typeof(Hashtable) && type != typeof(OrderedDictionary);
            WriteTableComparer(table);
        }

        if (HasPlainKeys(table))
        {
            _text.Append(",\"v\":");
            WriteEntries(table, valueType);
        }
        else
        {
            _text.Append(",\"pairs\":");
            WritePairs(table, keyType, valueType);
        }

        _text.Append('}');
    }

    /// <summary>PowerShell's own tables ignore case; those made with ::new() do not.</summary>
    private void WriteTableComparer(IDictionary table)
    {
        var isOrdinal = table switch
        {
            Hashtable hashtable => HashtableComparer is not null && IsOrdinal(HashtableComparer(hashtable)),
            OrderedDictionary ordered => OrderedComparer is not null && IsOrdinal((IEqualityComparer?)OrderedComparer.GetValue(ordered)),
            _ => true,
        };
        if (isOrdinal)
        {
            _text.Append(",\"keys\":\"ordinal\"");
        }

        static bool IsOrdinal(IEqualityComparer? comparer) => comparer?.Equals("a", "A") != true;
    }

    private void WriteDictionaryComparer(IDictionary table)
    {
        var comparer = table.GetType().GetProperty("Comparer")?.GetValue(table);
        if (comparer is IEqualityComparer<string> strings)
        {
            if (strings.Equals("a", "A"))
            {
                _text.Append(",\"keys\":\"ignoreCase\"");
            }

            _lossy |= !ReferenceEquals(strings, StringComparer.OrdinalIgnoreCase) && !ReferenceEquals(strings, StringComparer.Ordinal) && !ReferenceEquals(strings, DefaultComparer);
        }
        else
        {
            _lossy |= comparer is not null && comparer.GetType().Assembly != typeof(object).Assembly;
        }
    }

    private static bool HasPlainKeys(IDictionary table)
    {
        foreach (var key in table.Keys)
        {
            if (key is not string text || JsonText.IndexOfLoneSurrogate(text) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private void WriteEntries(IDictionary table, ScalarType? valueType)
    {
        _text.Append('{');
        var isFirst = true;
        foreach (DictionaryEntry entry in table)
        {
            if (IsFull())
            {
                break;
            }

            WriteName((string)entry.Key, ref isFirst);
            WriteElement(entry.Value, valueType);
        }

        _text.Append('}');
    }

    private void WritePairs(IDictionary table, ScalarType? keyType, ScalarType? valueType)
    {
        _text.Append('[');
        var isFirst = true;
        foreach (DictionaryEntry entry in table)
        {
            if (IsFull())
            {
                break;
            }

            _text.Append(isFirst ? "[" : ",[");
            isFirst = false;
            WriteElement(entry.Key, keyType);
            _text.Append(',');
            WriteElement(entry.Value, valueType);
            _text.Append(']');
        }

        _text.Append(']');
    }

    /// <summary>Writes the name of a member of a JSON object; one that begins with $ gets another, so that it is no tag.</summary>
    private void WriteName(string name, ref bool isFirst)
    {
        if (!isFirst)
        {
            _text.Append(',');
        }

        isFirst = false;
        _text.AppendQuoted(name.StartsWith('$') ? "$" + name : name);
        _text.Append(':');
    }
}
