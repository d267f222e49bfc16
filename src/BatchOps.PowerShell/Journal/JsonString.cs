using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BatchOps.PowerShell.Journal;

/// <summary>Reads JSON strings, those with a lone surrogate too, which System.Text.Json refuses.</summary>
internal static class JsonString
{
    public static string Of(JsonElement element)
    {
        try
        {
            return element.GetString() ?? throw new FormatException("A text is null.");
        }
        catch (InvalidOperationException) when (element.ValueKind == JsonValueKind.String)
        {
            return Unescape(element.GetRawText().AsSpan()[1..^1]);
        }
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)int.Parse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }

            text.Append(raw[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', var c => c });
        }

        return text.ToString();
    }
}
