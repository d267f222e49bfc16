using System.Text.RegularExpressions;

namespace BatchOps.Slides.Pptx;

/// <summary>
/// Tokens in the addresses of hyperlinks, where PowerPoint writes <c>{{id}}</c> as <c>%7B%7Bid%7D%7D</c>. A value that begins
/// an address is put in as it is, any other is escaped.
/// </summary>
internal static class LinkTarget
{
    /// <summary>The address with its tokens' delimiters in the clear.</summary>
    public static string Decode(string target, TokenSyntax syntax)
    {
        if (!target.Contains('%', StringComparison.Ordinal))
        {
            return target;
        }

        return Clear(Clear(target, syntax.Open), syntax.Close);
    }

    /// <summary>Replaces the tokens; null when no address is left.</summary>
    public static string? Fill(string target, TokenSyntax syntax, TokenValue value, out int replaced)
    {
        var text = Decode(target, syntax);
        var tokens = syntax.Find(text);
        replaced = 0;
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            var token = tokens[i];
            if (!value(syntax.Write(Uri.UnescapeDataString(token.Body)), Uri.UnescapeDataString(token.Body), out var found))
            {
                continue;
            }

            replaced++;
            found = found.Trim().ReplaceLineEndings(string.Empty);
            var put = token.Start == 0 ? Legal(found) : Uri.EscapeDataString(found).Replace("%40", "@", StringComparison.Ordinal);
            text = string.Concat(text.AsSpan(0, token.Start), put, text.AsSpan(token.End));
        }

        return replaced == 0 ? target : text.Length > 0 && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _) ? text : null;
    }

    private static string Clear(string target, string delimiter) =>
        Regex.Replace(target, Regex.Escape(Uri.EscapeDataString(delimiter)), delimiter.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // What an address may not hold is escaped, what has a meaning in it stays.
    private static string Legal(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.AbsoluteUri : string.Concat(address.Select(character =>
            character <= ' ' || character > '~' || "\"<>\\^`{|}".Contains(character, StringComparison.Ordinal) ? Uri.EscapeDataString(character.ToString()) : character.ToString()));
}
