using System.Text;

namespace BatchOps.Slides.Opc;

/// <summary>Names of parts: <c>/ppt/slides/slide1.xml</c>, unescaped. Case does not matter.</summary>
internal static class PartName
{
    public static StringComparer Comparer { get; } = StringComparer.OrdinalIgnoreCase;

    /// <summary>Name of the part that holds a part's relationships; of the package's own for <c>/</c>.</summary>
    public static string Relationships(string part)
    {
        var slash = part.LastIndexOf('/');
        return string.Concat(part.AsSpan(0, slash), "/_rels/", part.AsSpan(slash + 1), ".rels");
    }

    /// <summary>What a relationship's target leads to; null when it is not well-formed.</summary>
    public static string? Resolve(string source, string target)
    {
        var path = target.AsSpan();
        var fragment = path.IndexOfAny('#', '?');
        path = fragment >= 0 ? path[..fragment] : path;
        if (path.IsEmpty || path.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        var text = path.ToString().Replace('\\', '/');
        var segments = new List<string>();
        if (text[0] != '/')
        {
            segments.AddRange(source.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipLast(source == "/" ? 0 : 1));
        }

        foreach (var segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                segments.Add(segment);
            }
        }

        return "/" + Uri.UnescapeDataString(string.Join('/', segments));
    }

    /// <summary>A target that leads from one part to another.</summary>
    public static string Relative(string source, string target)
    {
        var from = source.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var to = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var folders = Math.Max(0, from.Length - 1);
        var common = 0;
        while (common < folders && common < to.Length - 1 && string.Equals(from[common], to[common], StringComparison.OrdinalIgnoreCase))
        {
            common++;
        }

        return string.Join('/', Enumerable.Repeat("..", folders - common).Concat(to.Skip(common).Select(Encode)));
    }

    /// <summary>A name as it stands in the archive, in targets and in the list of types: what a URI's path can't hold is escaped (ECMA-376 part 2, 6.2.2).</summary>
    public static string Encode(string name)
    {
        if (name.All(character => char.IsAsciiLetterOrDigit(character) || "-._~!$&'()*+,;=:@/[]".Contains(character, StringComparison.Ordinal)))
        {
            return name;
        }

        var written = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            var text = rune.ToString();
            written.Append(rune.IsAscii && (char.IsAsciiLetterOrDigit(text[0]) || "-._~!$&'()*+,;=:@/[]".Contains(text[0], StringComparison.Ordinal)) ? text : Uri.EscapeDataString(text));
        }

        return written.ToString();
    }
}
