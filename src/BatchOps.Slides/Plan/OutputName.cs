using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BatchOps.Slides;

/// <summary>Makes a deck's path from a pattern such as <c>out/{{customer}}.pptx</c>.</summary>
public static class OutputName
{
    private const int LongestName = 200;

    /// <summary>
    /// Compares paths as the pickiest of the systems that a folder may be carried to does: without regard to case or to how
    /// accents are encoded. Two records with equal paths would overwrite each other.
    /// </summary>
    public static IEqualityComparer<string> Comparer { get; } = new PathComparer();

    /// <summary>
    /// Makes the path. Values can't add folders: separators and what a file system refuses become <c>_</c>, reserved names
    /// (<c>CON</c>) get one more, too long names are cut and end in a hash of the whole.
    /// </summary>
    /// <param name="pattern">The pattern; absolute, or relative to <paramref name="folder"/>. Folders before the first token are the caller's own.</param>
    /// <param name="scope">The values.</param>
    /// <param name="folder">What a relative pattern begins at; a full path.</param>
    /// <returns>A full path that lies below the pattern's last folder without a token.</returns>
    /// <exception cref="DeckException">A token has no value, the pattern does not end in .pptx or leaves its folder.</exception>
    public static string Make(string pattern, PlanScope scope, string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pattern);
        ArgumentNullException.ThrowIfNull(scope);
        var syntax = scope.Plan.Syntax;
        var text = Masked(pattern, syntax, out var tokens);
        if (!text.EndsWith(".pptx", StringComparison.OrdinalIgnoreCase))
        {
            throw new DeckException(DeckFault.OutputName, $"The output path '{pattern}' does not end in .pptx; write something like 'out/{syntax.Write("customer")}.pptx'.");
        }

        var segments = text.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var first = Array.FindIndex(segments, segment => segment.Contains(Mask, StringComparison.Ordinal));
        if (first < 0)
        {
            return Path.GetFullPath(pattern, folder);
        }

        var root = string.Join(Path.DirectorySeparatorChar, segments.Take(first));
        root = Path.GetFullPath(first > 0 && root.Length == 0 ? Path.DirectorySeparatorChar.ToString() : root.Length == 0 ? "." : root + Path.DirectorySeparatorChar, folder);
        var next = 0;
        var names = new List<string>();
        foreach (var segment in segments.Skip(first))
        {
            names.Add(segment.Contains(Mask, StringComparison.Ordinal) ? Safe(Fill(segment, tokens, ref next, scope, pattern)) : segment);
        }

        var path = Path.GetFullPath(Path.Combine([root, .. names]));
        var fence = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        if (!path.StartsWith(fence, StringComparison.Ordinal))
        {
            throw new DeckException(DeckFault.OutputName, $"The output path '{pattern}' leads out of '{root}'; leave '..' out after the first token.");
        }

        return path;
    }

    /// <summary>A file name that every system takes.</summary>
    internal static string Safe(string name)
    {
        var written = new StringBuilder(name.Length);
        foreach (var character in name.Normalize(NormalizationForm.FormC))
        {
            var refused = character < ' ' || "<>:\"/\\|?*".Contains(character, StringComparison.Ordinal)
                || char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            written.Append(refused ? '_' : character);
        }

        var whole = written.ToString();
        var extension = whole.EndsWith(".pptx", StringComparison.OrdinalIgnoreCase) ? whole[^5..] : string.Empty;
        var stem = whole[..^extension.Length].Trim().TrimEnd('.', ' ');
        if (stem.Length == 0 || Reserved(stem))
        {
            stem = "_" + stem;
        }

        if (Encoding.UTF8.GetByteCount(stem) > LongestName)
        {
            var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(stem)), 0, 4);
            var length = 0;
            var bytes = 0;
            foreach (var rune in stem.EnumerateRunes())
            {
                if (bytes + rune.Utf8SequenceLength > LongestName - hash.Length - 1)
                {
                    break;
                }

                bytes += rune.Utf8SequenceLength;
                length += rune.Utf16SequenceLength;
            }

            stem = $"{stem[..length].TrimEnd('.', ' ')}~{hash}";
        }

        return stem + extension;
    }

    // Tokens are put aside before the path is cut at its separators: a format such as {{date:dd/MM}} may hold one.
    private const char Mask = '\u0001';

    private static string Masked(string pattern, TokenSyntax syntax, out IReadOnlyList<Token> tokens)
    {
        tokens = syntax.Find(pattern);
        var text = pattern;
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            text = string.Concat(text.AsSpan(0, tokens[i].Start), [Mask], text.AsSpan(tokens[i].End));
        }

        return text;
    }

    private static string Fill(string segment, IReadOnlyList<Token> tokens, ref int next, PlanScope scope, string pattern)
    {
        var name = new StringBuilder();
        foreach (var character in segment)
        {
            if (character != Mask)
            {
                name.Append(character);
                continue;
            }

            var token = tokens[next++];
            if (!scope.TryWrite(token.Body, out var value))
            {
                throw new DeckException(DeckFault.OutputName, $"The output path '{pattern}' can't be made: {token.In(pattern)}: {value}.");
            }

            name.Append(value);
        }

        return name.ToString();
    }

    private static bool Reserved(string stem)
    {
        var name = stem.Split('.')[0].TrimEnd().ToUpperInvariant();
        return name is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
            || (name.Length == 4 && (name.StartsWith("COM", StringComparison.Ordinal) || name.StartsWith("LPT", StringComparison.Ordinal)) && "0123456789¹²³".Contains(name[3], StringComparison.Ordinal));
    }

    private sealed class PathComparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x is null || y is null ? ReferenceEquals(x, y) : string.Equals(Form(x), Form(y), StringComparison.OrdinalIgnoreCase);

        public int GetHashCode(string obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(Form(obj));

        private static string Form(string path) => Path.GetFullPath(path).Normalize(NormalizationForm.FormC);
    }
}
