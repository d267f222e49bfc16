using System.Globalization;
using System.Management.Automation;
using System.Text.Json;

namespace BatchOps.PowerShell.Journal;

/// <summary>Enums by their full name.</summary>
internal static class EnumType
{
    /// <summary>Whether the type can be found again by its name: it is not part of a generic type.</summary>
    public static bool IsNameable(Type type) => type.FullName is { } name && IsPlain(name);

    /// <summary>The tag of the number that the values are.</summary>
    public static string NumberName(Type type) => ScalarType.Of(Enum.GetUnderlyingType(type))?.Name ?? "long";

    /// <summary>Values of a loaded type as numbers.</summary>
    public static ScalarType ScalarOf(Type type) =>
        new("enum", type, static (text, value) => text.Append(((Enum)value).ToString("D")), element => Enum.ToObject(type, Number(element)));

    /// <summary>Values of a type by its name; where it is not loaded, numbers that say what they were.</summary>
    public static ScalarType ScalarOf(string name) => Find(name) is { } type
        ? ScalarOf(type)
        : new("enum", typeof(object), static (_, _) => throw new NotSupportedException(), element => Unloaded(name, valueName: null, Number(element)));

    /// <summary>Reads a value.</summary>
    /// <param name="element">The tagged object.</param>
    public static object Read(JsonElement element)
    {
        var name = JsonString.Of(element.GetProperty("of"));
        var value = element.GetProperty("v");
        if (Find(name) is { } type)
        {
            return Enum.ToObject(type, Number(value));
        }

        var number = ScalarType.Named(element.TryGetProperty("as", out var numberName) ? JsonString.Of(numberName) : "int")
            ?? throw new FormatException($"The numbers of '{name}' have no type.");
        return Unloaded(name, element.TryGetProperty("name", out var valueName) ? JsonString.Of(valueName) : null, number.Read(value));
    }

    private static PSObject Unloaded(string name, string? valueName, object number)
    {
        var wrapped = new PSObject(number);
        wrapped.TypeNames.Insert(0, "Deserialized." + name);
        wrapped.Properties.Add(new PSNoteProperty("EnumType", name));
        wrapped.Properties.Add(new PSNoteProperty("EnumName", valueName));
        return wrapped;
    }

    private static object Number(JsonElement element) => element.TryGetInt32(out var small) ? (object)small
        : element.TryGetInt64(out var large) ? (object)large
        : ulong.Parse(element.GetRawText(), CultureInfo.InvariantCulture);

    // The newest first: a script that is run again defines its enums again.
    private static Type? Find(string name) => !IsPlain(name) ? null
        : Enumerable.Reverse(AppDomain.CurrentDomain.GetAssemblies()).Select(assembly => assembly.GetType(name, throwOnError: false)).FirstOrDefault(static type => type is { IsEnum: true });

    // Nothing that makes the runtime look into another assembly.
    private static bool IsPlain(string name) => name.Length is > 0 and <= 512 && name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '+');
}
