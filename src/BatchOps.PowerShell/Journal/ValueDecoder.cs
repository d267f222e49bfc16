using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Text.Json;
using System.Xml;

namespace BatchOps.PowerShell.Journal;

/// <summary>Makes values of what <see cref="ValueEncoder"/> wrote; see <see cref="ValueCodec"/> for its form.</summary>
internal static class ValueDecoder
{
    private const string Tag = "$t";

    /// <summary>The value of an element.</summary>
    public static object? Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => JsonString.Of(element),
        JsonValueKind.Number => ReadNumber(element),
        JsonValueKind.Array => ReadArray(element),
        JsonValueKind.Object => element.TryGetProperty(Tag, out var tag) ? ReadTagged(JsonString.Of(tag), element) : ReadCustomObject(element),
        _ => throw new FormatException("It is no value."),
    };

    private static object ReadNumber(JsonElement element)
    {
        if (element.TryGetInt32(out var number))
        {
            return number;
        }

        var text = element.GetRawText();
        return text.AsSpan().IndexOfAny('.', 'E', 'e') >= 0 ? element.GetDouble() : throw new FormatException($"The number {text} has no type.");
    }

    private static object? ReadTagged(string tag, JsonElement element) => tag switch
    {
        "enum" => EnumType.Read(element),
        "array" => ReadArray(element.GetProperty("v"), ElementOf(element)),
        "arraylist" => new ArrayList(ReadArray(element.GetProperty("v"))),
        "list" => ReadList(typeof(List<>), element),
        "collection" => ReadList(typeof(Collection<>), element),
        "hashtable" => Fill(new Hashtable(KeyComparer(element)), element, keyType: null, valueType: null),
        "ordered" => Fill(new OrderedDictionary(KeyComparer(element)), element, keyType: null, valueType: null),
        "dictionary" => ReadDictionary(element),
        "xml" => ReadXml(element),
        "psobject" => ReadObject(element),
        _ => (ScalarType.Named(tag) ?? throw new FormatException($"There is no tag '{tag}'.")).Read(element.GetProperty("v")),
    };

    private static ElementType ElementOf(JsonElement element) => ElementType.Parse(JsonString.Of(element.GetProperty("of")));

    private static object?[] ReadArray(JsonElement element)
    {
        var array = new object?[element.GetArrayLength()];
        var i = 0;
        foreach (var value in element.EnumerateArray())
        {
            array[i++] = Read(value);
        }

        return array;
    }

    private static Array ReadArray(JsonElement element, ElementType of)
    {
        var array = Array.CreateInstance(of.Type, element.GetArrayLength());
        var i = 0;
        foreach (var value in element.EnumerateArray())
        {
            array.SetValue(ReadElement(value, of), i++);
        }

        return array;
    }

    private static object? ReadElement(JsonElement element, ElementType? of)
    {
        // DBNull is the one scalar that is written as null.
        if (of?.Scalar is { } scalar)
        {
            return element.ValueKind == JsonValueKind.Null && scalar.Type != typeof(DBNull)
                ? scalar.Type.IsValueType ? throw new FormatException($"A {scalar.Name} is null.") : null
                : scalar.Read(element);
        }

        var value = Read(element);
        return of?.Type == typeof(PSObject) && value is not null ? PSObject.AsPSObject(value) : value;
    }

    private static object ReadList(Type definition, JsonElement element)
    {
        var of = ElementOf(element);
        var list = (IList)Activator.CreateInstance(definition.MakeGenericType(of.Type))!;
        foreach (var value in element.GetProperty("v").EnumerateArray())
        {
            list.Add(ReadElement(value, of));
        }

        return list;
    }

    private static IDictionary ReadDictionary(JsonElement element)
    {
        var names = element.GetProperty("of");
        var (key, value) = (ElementType.Parse(JsonString.Of(names[0])), ElementType.Parse(JsonString.Of(names[1])));
        var type = typeof(Dictionary<,>).MakeGenericType(key.Type, value.Type);
        var table = key.Type == typeof(string) && Keys(element) == "ignoreCase"
            ? Activator.CreateInstance(type, StringComparer.OrdinalIgnoreCase)
            : Activator.CreateInstance(type);
        return Fill((IDictionary)table!, element, key, value);
    }

    private static string? Keys(JsonElement element) => element.TryGetProperty("keys", out var keys) ? keys.GetString() : null;

    private static StringComparer? KeyComparer(JsonElement element) => Keys(element) == "ordinal" ? null : StringComparer.OrdinalIgnoreCase;

    private static IDictionary Fill(IDictionary table, JsonElement element, ElementType? keyType, ElementType? valueType)
    {
        if (element.TryGetProperty("pairs", out var pairs))
        {
            foreach (var pair in pairs.EnumerateArray())
            {
                table[ReadElement(pair[0], keyType) ?? throw new FormatException("A key is null.")] = ReadElement(pair[1], valueType);
            }
        }
        else
        {
            foreach (var entry in element.GetProperty("v").EnumerateObject())
            {
                table[NameOf(entry)] = ReadElement(entry.Value, valueType);
            }
        }

        return table;
    }

    private static string NameOf(JsonProperty property) => property.Name is ['$', .. var rest] ? rest : property.Name;

    private static PSObject ReadCustomObject(JsonElement element)
    {
        var value = new PSObject();
        AddNotes(value, element);
        return value;
    }

    private static void AddNotes(PSObject value, JsonElement notes)
    {
        foreach (var note in notes.EnumerateObject())
        {
            value.Properties.Add(new PSNoteProperty(NameOf(note), Read(note.Value)));
        }
    }

    private static PSObject ReadObject(JsonElement element)
    {
        // Not the shared wrapper: what is added here must not show on an equal value elsewhere.
        var inner = Read(element.GetProperty("v")) ?? throw new FormatException("An object is null.");
        var value = inner as PSObject ?? new PSObject(inner);
        if (element.TryGetProperty("allTypes", out var all))
        {
            value.TypeNames.Clear();
            AddTypeNames(value, all);
        }
        else if (element.TryGetProperty("types", out var types))
        {
            AddTypeNames(value, types);
        }

        if (element.TryGetProperty("notes", out var notes))
        {
            AddNotes(value, notes);
        }

        if (element.TryGetProperty("text", out var text))
        {
            ExtendedMembers.SetString(value, JsonString.Of(text));
        }

        return value;
    }

    private static void AddTypeNames(PSObject value, JsonElement names)
    {
        var i = 0;
        foreach (var name in names.EnumerateArray())
        {
            value.TypeNames.Insert(i++, JsonString.Of(name));
        }
    }

    private static XmlDocument ReadXml(JsonElement element)
    {
        using var text = new StringReader(JsonString.Of(element.GetProperty("v")));
        using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false });
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        document.Load(reader);
        document.PreserveWhitespace = element.TryGetProperty("space", out _);
        return document;
    }
}
