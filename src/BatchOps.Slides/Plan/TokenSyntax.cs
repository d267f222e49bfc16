namespace BatchOps.Slides;

/// <summary>How tokens look: <c>{{name}}</c>, or between other delimiters.</summary>
public sealed record TokenSyntax
{
    private const int LongestBody = 250;

    /// <summary>Creates a syntax.</summary>
    /// <param name="open">What a token begins with.</param>
    /// <param name="close">What a token ends with; may equal <paramref name="open"/>.</param>
    /// <exception cref="ArgumentException">A delimiter is empty, longer than 8, or holds a letter, a digit, white space, <c>:</c>, <c>#</c>, <c>.</c> or <c>_</c>, which names and formats are made of.</exception>
    public TokenSyntax(string open, string close)
    {
        Open = Checked(open, nameof(open));
        Close = Checked(close, nameof(close));
    }

    /// <summary><c>{{</c> and <c>}}</c>.</summary>
    public static TokenSyntax Default { get; } = new("{{", "}}");

    /// <summary>What a token begins with.</summary>
    public string Open { get; }

    /// <summary>What a token ends with.</summary>
    public string Close { get; }

    /// <summary>Writes a token.</summary>
    /// <param name="body">What stands between the delimiters.</param>
    public string Write(string body) => Open + body + Close;

    /// <summary>A name without the delimiters that it may have been given with.</summary>
    /// <param name="name"><c>{{logo}}</c> or <c>logo</c>.</param>
    public string Bare(string name)
    {
        var text = name.Trim();
        return text.Length > Open.Length + Close.Length && text.StartsWith(Open, StringComparison.Ordinal) && text.EndsWith(Close, StringComparison.Ordinal)
            ? text[Open.Length..^Close.Length].Trim()
            : text;
    }

    /// <summary>
    /// Finds the tokens of a text, in order. Of several opening delimiters in a row the last one counts. What spans lines, is
    /// longer than 250 characters or is a GUID, which files are full of, is no token.
    /// </summary>
    /// <param name="text">The text.</param>
    public IReadOnlyList<Token> Find(string text)
    {
        List<Token>? found = null;
        var at = 0;
        while ((at = text.IndexOf(Open, at, StringComparison.Ordinal)) >= 0)
        {
            var end = text.IndexOf(Close, at + Open.Length, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            var start = at + text.AsSpan(at, end - at).LastIndexOf(Open, StringComparison.Ordinal);
            var body = text.AsSpan(start + Open.Length, end - start - Open.Length);
            if (IsBody(body))
            {
                (found ??= []).Add(new Token(start, end + Close.Length - start, body.Trim().ToString()));
            }

            at = end + Close.Length;
        }

        return found is null ? [] : found;
    }

    private static bool IsBody(ReadOnlySpan<char> body)
    {
        if (body.Length > LongestBody || body.IsWhiteSpace() || Guid.TryParse(body, out _))
        {
            return false;
        }

        foreach (var character in body)
        {
            if (char.IsControl(character) && character != '\t')
            {
                return false;
            }
        }

        return true;
    }

    private static string Checked(string delimiter, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(delimiter, name);
        foreach (var character in delimiter)
        {
            if (delimiter.Length > 8 || char.IsLetterOrDigit(character) || char.IsWhiteSpace(character) || char.IsControl(character) || ":#._".Contains(character, StringComparison.Ordinal))
            {
                throw new ArgumentException($"'{delimiter}' can't delimit tokens. Use 1 to 8 characters that are no letters, digits, white space, ':', '#', '.' or '_', such as '{{{{' and '}}}}', '<<' and '>>', '[' and ']' or '%%'.", name);
            }
        }

        return delimiter;
    }
}
