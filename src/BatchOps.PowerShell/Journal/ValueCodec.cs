using System.Management.Automation;
using System.Text.Json;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Journal;

/// <summary>Writes values as text that another process reads back with the same types: what an item wrote, in a journal.</summary>
/// <remarks>
/// <para>The text is JSON. Plain JSON stands for what PowerShell makes of the same literal:</para>
/// <list type="table">
/// <item><term><c>null true false "text"</c></term><description>themselves; a lone surrogate is written as its escape</description></item>
/// <item><term><c>5</c></term><description>Int32</description></item>
/// <item><term><c>5.0</c>, <c>1E+16</c></term><description>Double: a number with a point or an exponent</description></item>
/// <item><term><c>[1,"a"]</c></term><description>object[]</description></item>
/// <item><term><c>{"Name":"a"}</c></term><description>PSCustomObject</description></item>
/// </list>
/// <para>Everything else is an object with a tag, <c>{"$t":"long","v":5}</c>. A name of the caller's that begins with <c>$</c> gets one more, so it is never taken for a tag.</para>
/// <list type="table">
/// <item><term>a scalar</term><description><c>v</c>; the names are in <see cref="ScalarType"/></description></item>
/// <item><term><c>enum</c></term><description><c>of</c> the full type name, <c>v</c> the number, <c>name</c> for the reader, <c>as</c> the number's type unless int</description></item>
/// <item><term><c>array</c>, <c>list</c>, <c>collection</c></term><description><c>of</c> the element type, see <see cref="ElementType"/>; elements of a scalar type stand in <c>v</c> without a tag</description></item>
/// <item><term><c>arraylist</c></term><description><c>v</c></description></item>
/// <item><term><c>hashtable</c>, <c>ordered</c>, <c>dictionary</c></term><description><c>v</c> an object, or <c>pairs</c> where a key is no text; <c>keys</c> is <c>ignoreCase</c> or <c>ordinal</c> where that is not what a new table has; a dictionary's <c>of</c> names both types</description></item>
/// <item><term><c>xml</c></term><description><c>v</c>; <c>space</c> where its white space is kept</description></item>
/// <item><term><c>psobject</c></term><description>a value <c>v</c> with <c>notes</c> (note properties), <c>types</c> (type names before its own), <c>allTypes</c> (in place of its own), <c>text</c> (what it is as a string)</description></item>
/// </list>
/// <para>
/// An object that has no form of its own is kept as its properties, two levels deep, with type names that begin with
/// <c>Deserialized.</c>; deeper ones as text. Secrets become <c>&lt;secret&gt;</c>; what can't be kept becomes its type
/// name in angle brackets. CLIXML is not used: it writes secure strings in clear text on Linux, and reading it converts
/// to any type that the text names.
/// </para>
/// </remarks>
internal static class ValueCodec
{
    // A value nests at most 32 levels, each at most four levels of JSON.
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 256 };

    /// <summary>Encodes what an item wrote, object by object.</summary>
    /// <param name="objects">The objects; any of them may be null.</param>
    /// <remarks>Never throws. Getters and script properties run, so call it where the objects were made.</remarks>
    public static StoredValue Encode(IReadOnlyList<PSObject> objects) => ValueEncoder.EncodeAll(objects);

    /// <summary>Encodes one value.</summary>
    /// <inheritdoc cref="Encode" path="/remarks"/>
    public static StoredValue EncodeOne(object? value) => ValueEncoder.EncodeOne(value);

    /// <summary>Reads back what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    /// <remarks>Runs nothing that the text names: it makes only the types listed above, and enums of loaded assemblies.</remarks>
    public static IReadOnlyList<PSObject> Decode(string text) =>
        Read<IReadOnlyList<PSObject>>(text, static root => root.ValueKind == JsonValueKind.Array
            ? [.. root.EnumerateArray().Select(static element => ValueDecoder.Read(element) is { } value ? PSObject.AsPSObject(value) : null!)]
            : throw new FormatException("It is not a list of values."));

    /// <summary>Reads back what <see cref="EncodeOne"/> wrote.</summary>
    /// <inheritdoc cref="Decode" path="/exception"/>
    /// <inheritdoc cref="Decode" path="/remarks"/>
    public static object? DecodeOne(string text) => Read(text, ValueDecoder.Read);

    private static T Read<T>(string text, Func<JsonElement, T> read)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            using var document = JsonDocument.Parse(text, Limits);
            return read(document.RootElement);
        }
        catch (Exception error) when (error is not (OutOfMemoryException or FormatException { Source: nameof(ValueCodec) }))
        {
            throw new FormatException($"A stored value can't be read: {error.Message}", error) { Source = nameof(ValueCodec) };
        }
    }
}
