using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// Two models for flash cards. The word that they work on is the last one of the prompt in double quotes, else its last one.
/// </summary>
public static partial class VocabularyModels
{
    /// <summary>
    /// Translates into a language in which every word is its own mirror image: <c>{"word":"stone","translation":"enots"}</c>,
    /// or the bare translation when no JSON is wanted.
    /// </summary>
    public static string Translate(ChatRequest request)
    {
        var word = WordOf(request.Prompt);
        var letters = word.ToCharArray();
        Array.Reverse(letters);
        var translation = new string(letters);
        return request.WantsJson ? Json.Text(new { word, translation }) : translation;
    }

    /// <summary>A sentence with the word: <c>{"word":"enots","example":"..."}</c>, or the bare sentence.</summary>
    public static string Example(ChatRequest request)
    {
        var word = WordOf(request.Prompt);
        var example = $"Every morning we look at the {word} by the river.";
        return request.WantsJson ? Json.Text(new { word, example }) : example;
    }

    private static string WordOf(string prompt)
    {
        var quoted = Quoted().Matches(prompt);
        return quoted.Count > 0
            ? quoted[^1].Groups[1].Value
            : Words().Matches(prompt) is { Count: > 0 } words ? words[^1].Value : "";
    }

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\p{L}+")]
    private static partial Regex Words();
}
