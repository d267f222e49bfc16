using System.Text;

namespace BatchOps.Emulators.Chat;

/// <summary>What a model answered, and what it is billed as.</summary>
internal sealed record ChatAnswer(string Model, string Content, string FinishReason, int PromptTokens, int CompletionTokens)
{
    private const int MostEndless = 1 << 20;

    public int TotalTokens => PromptTokens + CompletionTokens;

    /// <summary>Cuts the content at the most tokens that the client wants, as a model does.</summary>
    public static ChatAnswer Of(ChatRequest request, string content)
    {
        var tokens = Tokens.Of(content);
        var cut = request.MaxTokens is { } most && tokens > most;
        return new ChatAnswer(
            request.Model,
            cut ? Tokens.First(content, request.MaxTokens!.Value) : content,
            cut ? "length" : "stop",
            Tokens.Of(request),
            cut ? request.MaxTokens!.Value : tokens);
    }

    /// <summary>The answer of a model that broke off half-way.</summary>
    public ChatAnswer CutInHalf()
    {
        var half = Content[..(Content.Length / 2)];
        return this with { Content = half, FinishReason = "length", CompletionTokens = Tokens.Of(half) };
    }

    /// <summary>The answer of a model that repeats itself until it is stopped.</summary>
    public ChatAnswer Endless(int maxTokens)
    {
        var again = new StringBuilder(Content);
        while (Content.Length > 0 && Tokens.First(again.ToString(), maxTokens).Length == again.Length && again.Length < MostEndless)
        {
            again.Append(Content);
        }

        return this with { Content = Tokens.First(again.ToString(), maxTokens), FinishReason = "length", CompletionTokens = maxTokens };
    }

    public byte[] Body(string id, DateTimeOffset created) => Json.Bytes(new
    {
        id,
        @object = "chat.completion",
        created = created.ToUnixTimeSeconds(),
        model = Model,
        choices = new[]
        {
            new { index = 0, message = new { role = "assistant", content = Content, refusal = (string?)null }, finish_reason = FinishReason },
        },
        usage = new { prompt_tokens = PromptTokens, completion_tokens = CompletionTokens, total_tokens = TotalTokens },
    });
}
