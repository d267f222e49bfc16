using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Google;

/// <summary>A method of either service.</summary>
/// <param name="Id">As the discovery document names it.</param>
/// <param name="Api">Whose it is.</param>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">The path with the names of its variable parts.</param>
/// <param name="Answer">The schema of the answer, which field masks are checked against; null when it has none.</param>
/// <param name="IsWrite">It changes something.</param>
/// <param name="RunAsync">What it does.</param>
internal sealed record GoogleMethod(string Id, GoogleApi Api, string Verb, string Path, string? Answer, bool IsWrite, Func<GoogleCall, Task<GoogleAnswer>> RunAsync)
{
    private readonly Regex _pattern = new($"^{Regex.Replace(Regex.Escape(Path).Replace("}", "\\}", StringComparison.Ordinal), @"\\\{(\w+)\\\}", "(?<$1>[^/:]+)")}$", RegexOptions.CultureInvariant);

    /// <summary>The fields of an answer when none are asked for; null is all.</summary>
    public FieldMask? Standard { get; init; }

    /// <summary>The schema of the body; null when there is none, or none that is JSON.</summary>
    public string? Body { get; init; }

    public IReadOnlyDictionary<string, string>? Match(string verb, string path)
    {
        if (verb != Verb || _pattern.Match(path) is not { Success: true } match)
        {
            return null;
        }

        return match.Groups.Cast<Group>().Where(static group => !char.IsDigit(group.Name[0])).ToDictionary(static group => group.Name, static group => group.Value, StringComparer.Ordinal);
    }
}
