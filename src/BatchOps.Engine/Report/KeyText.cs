using System.Globalization;
using System.Text;

namespace BatchOps.Engine;

/// <summary>A stored key as a person would write it.</summary>
/// <remarks>
/// Keys made of content carry types and lengths, so that no two contents look the same: <c>s:3:abc</c>, <c>Int32:7</c>,
/// <c>{2:ID=Int32:7;}</c>. A reader wants <c>abc</c>, <c>7</c>, <c>id=7</c>. A text that is not of that form stands as it is.
/// </remarks>
internal static class KeyText
{
    // Content that nests deeper was refused as a key.
    private const int MaxDepth = 20;

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Int128", "UInt128", "IntPtr", "UIntPtr", "Half", "Single", "Double", "Decimal", "BigInteger",
        "Boolean", "Char", "Guid", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan", "Uri", "Version", "IPAddress",
    };

    /// <summary>The key; null when it is a hash, which tells a reader nothing.</summary>
    public static string? Of(string key)
    {
        if (key.StartsWith("sha256:", StringComparison.Ordinal))
        {
            return null;
        }

        var text = new StringBuilder(key.Length);
        var at = 0;
        return Read(key, ref at, text, depth: 0) && at == key.Length && text.Length > 0 ? text.ToString() : key;
    }

    private static bool Read(string key, ref int at, StringBuilder text, int depth)
    {
        var rest = key.AsSpan(at);
        if (depth > MaxDepth || rest.IsEmpty)
        {
            return false;
        }

        if (rest.StartsWith("s:"))
        {
            at += 2;
            if (!ReadLength(key, ':', ref at, out var length))
            {
                return false;
            }

            text.Append(key, at, length);
            at += length;
            return true;
        }

        if (rest.StartsWith("null"))
        {
            text.Append("null");
            at += 4;
            return true;
        }

        return rest[0] switch
        {
            '[' => ReadList(key, ref at, text, depth),
            '{' => ReadMembers(key, ref at, text, depth),
            _ => rest.StartsWith("file:") ? ReadFile(key, ref at, text, depth) : ReadScalar(key, ref at, text, depth),
        };
    }

    private static bool ReadList(string key, ref int at, StringBuilder text, int depth)
    {
        at++;
        for (var first = true; at < key.Length && key[at] != ']'; first = false)
        {
            text.Append(first ? string.Empty : ", ");
            if (!Read(key, ref at, text, depth + 1) || !Take(key, ',', ref at))
            {
                return false;
            }
        }

        return Take(key, ']', ref at);
    }

    private static bool ReadMembers(string key, ref int at, StringBuilder text, int depth)
    {
        at++;
        for (var first = true; at < key.Length && key[at] != '}'; first = false)
        {
            if (!ReadLength(key, ':', ref at, out var length))
            {
                return false;
            }

            text.Append(first ? string.Empty : ", ").Append(key.Substring(at, length).ToLowerInvariant()).Append('=');
            at += length;
            if (!Take(key, '=', ref at) || !Read(key, ref at, text, depth + 1) || !Take(key, ';', ref at))
            {
                return false;
            }
        }

        return Take(key, '}', ref at);
    }

    /// <summary>A file is its path, its length and its write time; the last two are for machines.</summary>
    private static bool ReadFile(string key, ref int at, StringBuilder text, int depth)
    {
        var from = at + "file:".Length;
        var end = depth == 0 ? key.Length : End(key, from);
        var time = key.LastIndexOf('|', end - 1);
        var length = time > from ? key.LastIndexOf('|', time - 1) : -1;
        if (length <= from)
        {
            return false;
        }

        text.Append(key, from, length - from);
        at = end;
        return true;
    }

    private static bool ReadScalar(string key, ref int at, StringBuilder text, int depth)
    {
        var colon = key.IndexOf(':', at);
        if (colon < 0 || !Types.Contains(key[at..colon]))
        {
            return false;
        }

        at = depth == 0 ? key.Length : End(key, colon);
        text.Append(key[(colon + 1)..at].Replace(".0000000", string.Empty, StringComparison.Ordinal));
        return true;
    }

    private static bool ReadLength(string key, char end, ref int at, out int length)
    {
        length = 0;
        var stop = key.IndexOf(end, at);
        if (stop < 0 || !int.TryParse(key.AsSpan(at, stop - at), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > key.Length - stop - 1)
        {
            return false;
        }

        at = stop + 1;
        return true;
    }

    private static bool Take(string key, char expected, ref int at) => at < key.Length && key[at++] == expected;

    private static int End(string key, int from) => key.AsSpan(from).IndexOfAny(';', ',') is >= 0 and var length ? from + length : key.Length;
}
