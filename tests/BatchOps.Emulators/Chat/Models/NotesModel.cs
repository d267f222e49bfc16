using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// Makes notes of a text. The prompt holds lines <c>Format: summary|outline|quiz|flashcards</c> and
/// <c>Verbosity: brief|standard|full</c>, then an empty line, then the text. The notes are the text's own sentences: the
/// first, every third, or all of them, in the form that the format has.
/// </summary>
public static partial class NotesModel
{
    public static string Write(ChatRequest request)
    {
        var prompt = request.Prompt.ReplaceLineEndings("\n");
        var head = prompt.Split("\n\n", 2);
        var format = Field(head[0], "Format", "summary");
        var verbosity = Field(head[0], "Verbosity", "standard");
        var sentences = Sentences().Split(head[^1].Trim()).Where(static sentence => sentence.Length > 0).ToArray();
        var chosen = verbosity switch
        {
            "brief" => sentences.Take(1).ToArray(),
            "full" => sentences,
            _ => sentences.Where(static (_, index) => index % 3 == 0).ToArray(),
        };

        return request.WantsJson ? Json.Text(new { format, verbosity, notes = chosen }) : Render(format, chosen);
    }

    private static string Render(string format, IReadOnlyList<string> sentences)
    {
        return format switch
        {
            "outline" => Lines(static (sentence, number) => string.Create(CultureInfo.InvariantCulture, $"{number}. {sentence}")),
            "quiz" => Lines(static (sentence, _) => $"Q: What comes after \"{FirstWords(sentence)}\"?\nA: {sentence}"),
            "flashcards" => Lines(static (sentence, _) => $"{FirstWords(sentence)} ... | {sentence}"),
            _ => string.Join(' ', sentences),
        };

        string Lines(Func<string, int, string> line) => string.Join('\n', sentences.Select((sentence, index) => line(sentence, index + 1)));
    }

    private static string FirstWords(string sentence) => string.Join(' ', sentence.Split(' ').Take(3));

    private static string Field(string head, string name, string standard)
    {
        var match = Regex.Match(head, $"^{name}: *(\\w+)", RegexOptions.Multiline | RegexOptions.IgnoreCase);
        return match.Success ? match.Groups[1].Value.ToLowerInvariant() : standard;
    }

    [GeneratedRegex(@"(?<=[.!?])\s+")]
    private static partial Regex Sentences();
}
