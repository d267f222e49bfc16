using System.Text.Json;
using BatchOps.Emulators.Chat;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class ModelTests
{
    private const string Text = "One is first. Two is second! Is three third? Four ends.";
    private const string JsonFormat = ",\"response_format\":{\"type\":\"json_object\"}";

    [Theory]
    [InlineData("translate", "Translate the word stone", "enots")]
    [InlineData("translate", "Not \"this\" but \"two words\" here.", "sdrow owt")]
    [InlineData("translate", "", "")]
    [InlineData("example", "A sentence with \"enots\", please.", "Every morning we look at the enots by the river.")]
    public async Task Vocabulary_Prompt_AnswersForItsWord(string model, string prompt, string answer) =>
        Assert.Equal(answer, await AnswerAsync(model, prompt));

    [Fact]
    public async Task Example_Json_HoldsTheWord()
    {
        var card = JsonElement.Parse(await AnswerAsync("example", "JSON for \"enots\"", JsonFormat));

        Assert.Equal("enots", card.GetProperty("word").GetString());
        Assert.Contains("enots", card.GetProperty("example").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("summary", "brief", "One is first.")]
    [InlineData("summary", "standard", "One is first. Four ends.")]
    [InlineData("summary", "full", Text)]
    [InlineData("outline", "standard", "1. One is first.\n2. Four ends.")]
    [InlineData("quiz", "brief", "Q: What comes after \"One is first.\"?\nA: One is first.")]
    [InlineData("flashcards", "brief", "One is first. ... | One is first.")]
    public async Task Notes_FormatAndVerbosity_DecideTheNotes(string format, string verbosity, string notes) =>
        Assert.Equal(notes, await AnswerAsync("notes", $"Make notes.\nFormat: {format}\nVerbosity: {verbosity}\n\n{Text}"));

    [Fact]
    public async Task Notes_Json_SaysWhatItIs()
    {
        var notes = JsonElement.Parse(await AnswerAsync("notes", $"Notes as JSON.\nFormat: Quiz\n\n{Text}", JsonFormat));

        Assert.Equal("quiz", notes.GetProperty("format").GetString());
        Assert.Equal("standard", notes.GetProperty("verbosity").GetString());
        Assert.Equal(2, notes.GetProperty("notes").GetArrayLength());
    }

    [Fact]
    public async Task Echo_Json_IsAnObject() =>
        Assert.Equal("""{"echo":"say json"}""", await AnswerAsync("echo", "say json", JsonFormat));

    private static async Task<string> AnswerAsync(string model, string prompt, string more = "")
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);
        return (await client.AskAsync(prompt, model, more)).Content;
    }
}
