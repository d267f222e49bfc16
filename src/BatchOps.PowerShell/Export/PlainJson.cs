using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using BatchOps.PowerShell.Journal;

namespace BatchOps.PowerShell.Export;

/// <summary>Writes values as JSON for other programs: nothing in it but the values. See <see cref="PlainValue"/> for what becomes of them.</summary>
internal static class PlainJson
{
    /// <summary>The JSON of a value, in one line.</summary>
    public static string Of(object? value)
    {
        var text = new JsonText();
        Write(text, value);
        return text.ToString();
    }

    /// <summary>Appends a value.</summary>
    public static void Write(JsonText text, object? value)
    {
        switch (PlainValue.Of(value))
        {
            case null:
                text.Append("null");
                break;
            case bool answer:
                text.Append(answer ? "true" : "false");
                break;
            case long number:
                text.AppendFormatted(number);
                break;
            case double number when double.IsFinite(number):
                text.AppendDouble(number);
                break;
            case double number:
                text.AppendQuoted(number.ToString(CultureInfo.InvariantCulture));
                break;
            case decimal number:
                text.AppendFormatted(number);
                break;
            case BigInteger number:
                text.AppendFormatted(number);
                break;
            case string word:
                text.AppendQuoted(word);
                break;
            case byte[] bytes:
                text.AppendQuoted(Convert.ToBase64String(bytes));
                break;
            case IDictionary table:
                WriteObject(text, PlainValue.Entries(table));
                break;
            case PSObject custom:
                WriteObject(text, PlainValue.Properties(custom));
                break;
            case IEnumerable list:
                WriteArray(text, list);
                break;
        }
    }

    private static void WriteObject(JsonText text, IEnumerable<KeyValuePair<string, object?>> members)
    {
        text.Append('{');
        var first = true;
        foreach (var (name, value) in members)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            text.AppendQuoted(name);
            text.Append(':');
            Write(text, value);
        }

        text.Append('}');
    }

    private static void WriteArray(JsonText text, IEnumerable list)
    {
        text.Append('[');
        var first = true;
        foreach (var value in list)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            Write(text, value);
        }

        text.Append(']');
    }
}
