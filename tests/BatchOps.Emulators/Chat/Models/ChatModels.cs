namespace BatchOps.Emulators.Chat;

/// <summary>The models that are there unless others are given. Each answers the same request with the same text.</summary>
public static class ChatModels
{
    public static IReadOnlyDictionary<string, Func<ChatRequest, string>> BuiltIn { get; } = new Dictionary<string, Func<ChatRequest, string>>
    {
        ["echo"] = Echo,
        ["translate"] = VocabularyModels.Translate,
        ["example"] = VocabularyModels.Example,
        ["bill"] = BillModel.Read,
        ["notes"] = NotesModel.Write,
    };

    /// <summary>Answers what it was asked: the prompt, or <c>{"echo": prompt}</c>.</summary>
    public static string Echo(ChatRequest request) => request.WantsJson ? Json.Text(new { echo = request.Prompt }) : request.Prompt;
}
