using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using System.Xml;

namespace BatchOps.PowerShell.Export;

/// <summary>Reduces a value to what programs that know nothing of .NET understand.</summary>
internal static class PlainValue
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>
    /// Null, bool, long, BigInteger (what is no long), double, decimal, string, byte[]; or, nested, an IDictionary, an
    /// IEnumerable or a PSObject with properties.
    /// </summary>
    /// <remarks>Dates are ISO 8601, enums their names, spans <c>[d.]hh:mm:ss[.fffffff]</c>.</remarks>
    public static object? Of(object? value)
    {
        var inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        return inner switch
        {
            null or DBNull => null,
            string text => text,
            bool or long or double or decimal or byte[] => inner,
            int number => (long)number,
            char letter => letter.ToString(),
            DateTime time => time.ToString(Time, CultureInfo.InvariantCulture),
            DateTimeOffset time => time.ToString(Time, CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("O", CultureInfo.InvariantCulture),
            TimeOnly clock => clock.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
            TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
            Enum word => word.ToString(),
            SwitchParameter answer => answer.IsPresent,
            Uri uri => uri.OriginalString,
            XmlDocument document => document.OuterXml,
            PSCustomObject => value,
            _ when EnumName(value) is { } name => name,

            // The digits that a person sees: 0.1 is no 0.10000000149.
            float or Half => double.Parse(((IFormattable)inner).ToString(format: null, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            byte or sbyte or short or ushort or uint => Convert.ToInt64(inner, CultureInfo.InvariantCulture),
            ulong or nint or nuint or Int128 or UInt128 or BigInteger => Whole(BigInteger.Parse(((IFormattable)inner).ToString(format: null, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
            IPAddress address => address.ToString(),
            IDictionary or IEnumerable => inner,
            IFormattable scalar => scalar.ToString(format: null, CultureInfo.InvariantCulture),
            _ => inner.ToString(),
        };
    }

    /// <summary>The columns of an output object: its properties or entries, or <c>value</c> when it is a value by itself.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Columns(object? output) => Of(output) switch
    {
        PSObject custom => [.. Properties(custom)],
        IDictionary table => [.. Entries(table)],
        var value => [new KeyValuePair<string, object?>("value", value)],
    };

    /// <summary>The properties of an object by name.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Properties(PSObject custom) => custom.Properties.Select(static property => KeyValuePair.Create<string, object?>(property.Name, property.Value));

    /// <summary>The entries of a table by name.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Entries(IDictionary table)
    {
        foreach (DictionaryEntry entry in table)
        {
            yield return KeyValuePair.Create<string, object?>(Convert.ToString(Of(entry.Key), CultureInfo.InvariantCulture) ?? string.Empty, entry.Value);
        }
    }

    /// <summary>The word of an enum whose type is not loaded: it was read back as a number that says what it was.</summary>
    private static string? EnumName(object? value) => value is PSObject { BaseObject: not PSCustomObject } number && number.Properties["EnumType"] is PSNoteProperty
        ? number.Properties["EnumName"]?.Value as string
        : null;

    private static object Whole(BigInteger number) => number >= long.MinValue && number <= long.MaxValue ? (long)number : number;
}
