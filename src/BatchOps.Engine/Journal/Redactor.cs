using System.Text.RegularExpressions;

namespace BatchOps.Engine;

/// <summary>Takes secrets out of texts that are stored or reported: error messages quote requests.</summary>
/// <remarks>
/// It knows secrets by where they stand (a header, a named value, the user part of a URL) and by their shape (the
/// prefixes of well-known tokens). It can't know a secret that stands alone and looks like any other word.
/// The time it takes grows with the length of the text and no faster.
/// </remarks>
public static partial class Redactor
{
    private const string Secret = "<secret>";

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    // Where a name begins: not inside a word, so that "monkey=" is no key.
    private const string Start = @"(?<keep>(^|[^a-z0-9])";

    // Names of secrets, alone or as the end of a longer name: client_secret, x-api-key, RefreshToken, SharedAccessKey.
    private const string Names =
        @"([a-z0-9_.-]*(token|password|passwd|passphrase|pwd|secret|apikey|credential|credentials)" +
        @"|([a-z0-9]+[_.-])*(key|pass|sig|signature)" +
        @"|[a-z0-9_.-]*(api|access|account|subscription|private|secret|signing|encryption|storage|function|functions|master|client|shared)[_ -]?key)";

    // = or : with the quotes of JSON, XML attributes and PowerShell literals around name and value, escaped ones too.
    private const string Assignment = @"\\?[""']?\s*(=|:|%3D)\s*";

    // A character of a value that stands without quotes; brackets belong to it only where it goes on after them.
    private const string Plain = @"([^\s""'&;,<>(){}\[\]\\]|\\[^\s""'])";

    // What the tokens begin with that Token() knows.
    private static readonly string[] TokenPrefixes = ["sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "xox", "AKIA", "ASIA", "AIza", "ya29.", "glpat-", "eyJ"];

    /// <summary>Replaces the secrets in a text by <c>&lt;secret&gt;</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text; the same object when nothing was replaced.</returns>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        // A key or a message is rarely more than a few words: a look for what each expression needs costs far less than the expression.
        if (Has(text, "-----BEGIN"))
        {
            text = PrivateKey().Replace(text, Secret);
        }

        if (text.AsSpan().ContainsAny('=', ':', '%'))
        {
            text = RedactNamed(text);
        }

        if (Has(text, "bearer") || Has(text, "basic"))
        {
            text = Scheme().Replace(text, "${keep}" + Secret);
        }

        return Array.Exists(TokenPrefixes, prefix => Has(text, prefix)) ? Token().Replace(text, "${keep}" + Secret) : text;
    }

    private static string RedactNamed(string text)
    {
        if (Has(text, "authorization"))
        {
            text = Header().Replace(text, "${keep}" + Secret);
        }

        text = EscapedQuoted().Replace(text, "${keep}" + Secret);
        text = DoubleQuoted().Replace(text, "${keep}" + Secret);
        text = SingleQuoted().Replace(text, "${keep}" + Secret);
        text = Named().Replace(text, "${keep}" + Secret);
        return Has(text, "://") ? UserInfo().Replace(text, "${keep}" + Secret + "@") : text;
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    // A scheme, whatever it is, with its token or its quoted parameters.
    [GeneratedRegex(Start + @"(proxy-)?authorization\\?[""']?\s*[:=]\s*\\?[""']?)[^\s""'\\,;<]+(([ \t,]+[a-z0-9_-]+=""[^""\r\n]*"")+|[ \t]+[^\s""'\\,;<]+)?", Options)]
    private static partial Regex Header();

    // A token has digits, capitals inside or a length that the words after these words do not have.
    [GeneratedRegex(Start + @"(bearer|basic)\s+)([a-z._~+/-]{3,}[0-9=]|[0-9][a-z0-9._~+/-]{7,}|[a-z._~+/-]{16,}|[a-z._~+/-]+(?-i:[a-z][A-Z]))[a-z0-9._~+/=-]*", Options)]
    private static partial Regex Scheme();

    // JSON inside a JSON string.
    [GeneratedRegex(Start + Names + Assignment + @"\\"")[^""\\\r\n]+", Options)]
    private static partial Regex EscapedQuoted();

    [GeneratedRegex(Start + Names + Assignment + @""")([^""\\\r\n]|\\.)+", Options)]
    private static partial Regex DoubleQuoted();

    [GeneratedRegex(Start + Names + Assignment + @"')[^'\r\n]+", Options)]
    private static partial Regex SingleQuoted();

    [GeneratedRegex(Start + Names + Assignment + @")" + Plain + @"+([(){}\[\]]+" + Plain + "+)*", Options)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<keep>[a-z][a-z0-9+.-]*://[^\s/:@?#""'<>]*:)[^\s/@""'<>]+@", Options)]
    private static partial Regex UserInfo();

    [GeneratedRegex(
        @"(?<keep>^|[^a-z0-9])(sk-[a-z0-9_-]{16,}|gh[pousr]_[a-z0-9]{20,}|github_pat_[a-z0-9_]{20,}|xox[a-z]-[a-z0-9-]{10,}|(AKIA|ASIA)[a-z0-9]{16}|AIza[a-z0-9_-]{30,}|ya29\.[a-z0-9_-]{20,}|glpat-[a-z0-9_-]{16,}|eyJ[a-z0-9_-]{8,}\.[a-z0-9_-]{4,}(\.[a-z0-9_-]*)?)",
        Options)]
    private static partial Regex Token();

    [GeneratedRegex(@"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----[^-]*(-----END ([A-Z0-9]+ )*PRIVATE KEY-----)?", Options)]
    private static partial Regex PrivateKey();
}
