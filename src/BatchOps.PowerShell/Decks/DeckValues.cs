using System.Collections;
using System.Management.Automation;
using BatchOps.PowerShell.Intake;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>Translates what parameters say of decks' content.</summary>
/// <param name="session">The calling session, whose paths and drives count.</param>
/// <param name="syntax">How tokens look.</param>
internal sealed class DeckValues(SessionState session, TokenSyntax syntax)
{
    /// <summary>Values by the name of their token.</summary>
    public static Dictionary<string, object?> Text(IDictionary? table) => Values(table).ToDictionary(static entry => entry.Name, static entry => entry.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Notes by slide; a text alone is for all slides.</summary>
    /// <exception cref="BatchArgumentException">It is neither.</exception>
    public static Dictionary<string, string> Notes(object? notes) => (notes is PSObject wrapped ? wrapped.BaseObject : notes) switch
    {
        null => new(StringComparer.Ordinal),
        string text => new(StringComparer.Ordinal) { ["*"] = text },
        IDictionary table => Values(table).ToDictionary(static entry => entry.Name, static entry => LanguagePrimitives.ConvertTo<string>(entry.Value), StringComparer.Ordinal),
        var other => throw new BatchArgumentException("NotesInvalid", $"-Notes is '{other}'; it must be a text for all slides, or a table such as @{{ 1 = 'Say hello'; 'Outlook' = 'Ask {{{{customer}}}}' }} with slides by number or title.", other),
    };

    /// <summary>Pictures by the name of their token.</summary>
    /// <exception cref="BatchArgumentException">A value is neither a path nor an address.</exception>
    public Dictionary<string, DeckImage> Images(IDictionary? table, ImageFit fit) => Values(table).ToDictionary(static entry => entry.Name, entry => new DeckImage(Source(entry.Value, entry.Name), fit), StringComparer.OrdinalIgnoreCase);

    /// <summary>A section: an object with a slug, and a title, a body and a chart as far as it has them.</summary>
    /// <exception cref="BatchArgumentException">It has no slug.</exception>
    public DeckSection Section(PSObject section)
    {
        var values = RecordView.OfRecord(section);
        var slug = Value("slug");
        if (string.IsNullOrWhiteSpace(slug))
        {
            throw new BatchArgumentException("SectionInvalid", $"-Section has '{section}' without a slug; each needs one, such as @{{ slug = 'sales'; title = 'Sales'; body = 'They grew.'; chart = 'sales.png' }}.", section);
        }

        return new DeckSection(slug, Value("title"), Value("body"), Value("chart") is { Length: > 0 } chart ? Resolve(chart) : null);

        string? Value(string name) => values.TryGetValue(name, out var value) && value is not null ? LanguagePrimitives.ConvertTo<string>(value) : null;
    }

    /// <summary>A path as the session means it: its drive and its location. An address stays; so does what begins with a token.</summary>
    public string Resolve(string path)
    {
        if (Uri.TryCreate(path, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return path;
        }

        // Only the folders before the first token are the session's to resolve: a format in a token may hold a colon or a slash.
        var tokens = syntax.Find(path);
        var end = tokens.Count == 0 ? path.Length : path.AsSpan(0, tokens[0].Start).LastIndexOfAny('/', '\\') + 1;
        return end == 0 ? path : System.IO.Path.Join(session.Path.GetUnresolvedProviderPathFromPSPath(path[..end]), path[end..]);
    }

    private string Source(object? value, string name) => value switch
    {
        string { Length: > 0 } text => Resolve(text),
        FileInfo file => file.FullName,
        Uri { IsAbsoluteUri: true } uri => uri.AbsoluteUri,
        var other => throw new BatchArgumentException("ImageInvalid", $"-Image names '{other}' for {name}; it must be a path or an http address, such as @{{ '{syntax.Write("logo")}' = 'logo.png' }}.", other),
    };

    private static IEnumerable<(string Name, object? Value)> Values(IDictionary? table) => (table ?? new Hashtable()).Entries()
        .Select(static entry => (Name: entry.Key.ToString() ?? string.Empty, Value: entry.Value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : entry.Value));
}
