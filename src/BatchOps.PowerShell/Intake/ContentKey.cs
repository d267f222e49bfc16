using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;

namespace BatchOps.PowerShell.Intake;

/// <summary>A key made of an item's content: equal content, equal key, in every session and on every machine.</summary>
/// <remarks>Runs no getter of a type it does not know: those may be slow, change from call to call, or have effects.</remarks>
internal static class ContentKey
{
    /// <summary>Id of the error that says that an item needs a key of its own.</summary>
    public const string KeyRequired = "BatchKeyRequired";

    // Content that nests deeper is a cycle, or nothing that a person meant as a key.
    private const int MaxDepth = 16;

    // Longer content is stored as its hash.
    private const int MaxLength = 200;

    /// <summary>The key of an item.</summary>
    /// <exception cref="BatchArgumentException">The item's type has no content that could be a key.</exception>
    public static string Of(object? item)
    {
        var text = new StringBuilder();
        Append(text, item, depth: 0);
        return text.Length <= MaxLength
            ? text.ToString()
            : "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw NoKey("nests deeper than 16 levels", value);
        }

        var wrapped = value as PSObject;
        switch (wrapped?.BaseObject ?? value)
        {
            case null:
                text.Append("null");
                break;
            case string s:
                text.Append("s:").Append(s.Length).Append(':').Append(s);
                break;
            case PSCustomObject:
                AppendMembers(text, wrapped!.Properties.Where(static p => p is PSNoteProperty).Select(static p => (p.Name, (object?)p.Value)), depth);
                break;
            case FileSystemInfo file:
                text.Append("file:").Append(file.FullName).Append('|').Append(file is FileInfo { Exists: true } f ? f.Length : 0).Append('|').Append(file.LastWriteTimeUtc.Ticks);
                break;
            case IDictionary table:
                AppendMembers(text, table.Entries().Select(static e => (e.Key.ToString() ?? string.Empty, e.Value)), depth);
                break;
            case Array or ArrayList or List<object> or System.Collections.ObjectModel.Collection<PSObject>:
                text.Append('[');
                foreach (var element in (IEnumerable)(wrapped?.BaseObject ?? value)!)
                {
                    Append(text, element, depth + 1);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case DateTime time:
                text.Append("DateTime:").Append(time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                text.Append("DateTimeOffset:").Append(time.ToString("O", CultureInfo.InvariantCulture));
                break;
            case Enum e:
                text.Append(e.GetType().FullName).Append(':').Append(e.ToString("D"));
                break;
            case IFormattable formattable when formattable.GetType() is { IsPrimitive: true } or { Namespace: "System" or "System.Numerics" }:
                text.Append(formattable.GetType().Name).Append(':').Append(formattable.ToString(format: null, CultureInfo.InvariantCulture));
                break;
            case bool or char or Uri or Version or System.Net.IPAddress:
                var known = wrapped?.BaseObject ?? value;
                text.Append(known!.GetType().Name).Append(':').Append(known);
                break;
            case var other:
                throw NoKey($"is a {other.GetType().FullName}", other);
        }
    }

    private static void AppendMembers(StringBuilder text, IEnumerable<(string Name, object? Value)> members, int depth)
    {
        text.Append('{');
        foreach (var (name, value) in members.OrderBy(static m => m.Name, StringComparer.OrdinalIgnoreCase))
        {
            text.Append(name.Length).Append(':').Append(name.ToUpperInvariant()).Append('=');
            Append(text, value, depth + 1);
            text.Append(';');
        }

        text.Append('}');
    }

    private static BatchArgumentException NoKey(string what, object? value) =>
        new(KeyRequired, $"The item {what}, whose content can't serve as a key. Say what makes two items the same work with -Key: a property name, or a script block such as {{ $_.Id }}.", value);
}
