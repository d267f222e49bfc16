using System.Collections;
using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Xml;

namespace BatchOps.PowerShell.Journal;

/// <summary>A type that a typed collection may hold, by the name it has in the text.</summary>
/// <remarks>
/// A scalar's tag; <c>enum:Full.Name</c>; <c>object</c>, <c>psobject</c>, <c>hashtable</c>, <c>ordered</c>,
/// <c>arraylist</c>, <c>xml</c>; and of any such name <c>T[]</c>, <c>list&lt;T&gt;</c>, <c>collection&lt;T&gt;</c>,
/// <c>dictionary&lt;K,V&gt;</c>.
/// </remarks>
/// <param name="Type">The type; object for an enum that is not loaded.</param>
/// <param name="Scalar">How an element is written without a tag; null when each carries its own.</param>
internal sealed record ElementType(Type Type, ScalarType? Scalar)
{
    private const int MaxLength = 512;

    private static readonly (string Name, Type Type)[] Tagged =
    [
        ("object", typeof(object)), ("psobject", typeof(PSObject)), ("hashtable", typeof(Hashtable)),
        ("ordered", typeof(OrderedDictionary)), ("arraylist", typeof(ArrayList)), ("xml", typeof(XmlDocument)),
    ];

    private static readonly (string Name, Type Type)[] Generic =
    [
        ("list", typeof(List<>)), ("collection", typeof(Collection<>)), ("dictionary", typeof(Dictionary<,>)),
    ];

    // Names of types that are loaded; bounded, because scripts can make types without end.
    private static readonly ConcurrentDictionary<Type, string> Names = new();

    /// <summary>The name of a type; null when a collection of it has no form.</summary>
    public static string? NameOf(Type type)
    {
        if (ScalarType.Of(type) is { } scalar)
        {
            return scalar.Name;
        }

        if (Names.TryGetValue(type, out var known))
        {
            return known;
        }

        var name = MakeName(type);
        if (name is not null && Names.Count < 1000)
        {
            Names[type] = name;
        }

        return name;
    }

    /// <summary>How values of the type are written without a tag; null when they need one.</summary>
    public static ScalarType? ScalarOf(Type type) => type.IsEnum ? EnumType.ScalarOf(type) : ScalarType.Of(type);

    /// <summary>The type of a name.</summary>
    /// <exception cref="FormatException">There is no such name.</exception>
    public static ElementType Parse(string name)
    {
        var rest = name.Length <= MaxLength ? name.AsSpan() : throw new FormatException("A type name is too long.");
        var type = Parse(ref rest);
        return rest.IsEmpty ? type : throw Unknown(name);
    }

    private static string? MakeName(Type type)
    {
        if (type.IsEnum)
        {
            return EnumType.IsNameable(type) ? "enum:" + type.FullName : null;
        }

        if (type.IsSZArray)
        {
            return NameOf(type.GetElementType()!) is { } element ? element + "[]" : null;
        }

        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            var arguments = type.GetGenericArguments().Select(NameOf).ToArray();
            var generic = Array.Find(Generic, g => g.Type == definition).Name;
            return generic is null || arguments.Contains(value: null) ? null : $"{generic}<{string.Join(',', arguments)}>";
        }

        return Array.Find(Tagged, t => t.Type == type).Name;
    }

    private static ElementType Parse(ref ReadOnlySpan<char> rest)
    {
        var type = ParseHead(ref rest);
        while (rest.StartsWith("[]", StringComparison.Ordinal))
        {
            rest = rest[2..];
            type = new ElementType(type.Type.MakeArrayType(), Scalar: null);
        }

        return type;
    }

    private static ElementType ParseHead(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny("<>,[");
        var head = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? default : rest[end..];
        if (head.StartsWith("enum:", StringComparison.Ordinal))
        {
            var scalar = EnumType.ScalarOf(head["enum:".Length..]);
            return new ElementType(scalar.Type, scalar);
        }

        if (ScalarType.Named(head) is { } known)
        {
            return new ElementType(known.Type, known);
        }

        if (Array.Find(Tagged, t => t.Name == head).Type is { } tagged)
        {
            return new ElementType(tagged, Scalar: null);
        }

        var generic = Array.Find(Generic, g => g.Name == head).Type ?? throw Unknown(head);
        var arguments = new Type[generic.GetGenericArguments().Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            Expect(ref rest, i == 0 ? '<' : ',');
            arguments[i] = Parse(ref rest).Type;
        }

        Expect(ref rest, '>');
        return new ElementType(generic.MakeGenericType(arguments), Scalar: null);
    }

    private static void Expect(ref ReadOnlySpan<char> rest, char c) =>
        rest = rest.Length > 0 && rest[0] == c ? rest[1..] : throw new FormatException($"A type name lacks its '{c}'.");

    private static FormatException Unknown(string name) => new($"There is no type '{name}'.");
}
