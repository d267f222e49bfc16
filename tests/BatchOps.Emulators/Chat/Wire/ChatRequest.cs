using System.Text.Json;

namespace BatchOps.Emulators.Chat;

/// <summary>What a client asks for, as far as an answer can depend on it.</summary>
public sealed record ChatRequest
{
    private ChatRequest()
    {
    }

    public required string Model { get; init; }

    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>The client wants a JSON object: <c>response_format</c> is <c>json_object</c> or <c>json_schema</c>.</summary>
    public required bool WantsJson { get; init; }

    /// <summary>The JSON schema that the answer is to follow; null when there is none.</summary>
    public required JsonElement? Schema { get; init; }

    /// <summary>Where the answer is cut, in tokens: <c>max_completion_tokens</c>, else <c>max_tokens</c>; null is nowhere.</summary>
    public required int? MaxTokens { get; init; }

    /// <summary>The text of the last message of the user, or nothing.</summary>
    public string Prompt => Messages.LastOrDefault(static message => message.Role == "user")?.Text ?? "";

    /// <exception cref="ChatError">The service would not take it.</exception>
    internal static ChatRequest Parse(ReadOnlyMemory<byte> body, ChatDialect dialect)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, dialect);
        }
        catch (JsonException)
        {
            throw ChatError.Invalid("The body of the request is not JSON.");
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw ChatError.Invalid($"A field of the request has the wrong type: {error.Message}");
        }
    }

    private static ChatRequest Read(JsonElement root, ChatDialect dialect)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw ChatError.Invalid("The body of the request is not a JSON object.");
        }

        var model = Optional(root, "model")?.GetString();
        if (string.IsNullOrEmpty(model))
        {
            throw ChatError.Invalid("The field 'model' is missing.", "model");
        }

        if (Optional(root, "stream")?.GetBoolean() == true)
        {
            throw ChatError.Invalid("This emulator does not stream.", "stream");
        }

        if (Optional(root, "n")?.GetInt32() is { } choices and not 1)
        {
            throw ChatError.Invalid($"This emulator gives one choice, not {choices}.", "n");
        }

        var maxTokens = (Optional(root, "max_completion_tokens") ?? Optional(root, "max_tokens"))?.GetInt32();
        if (maxTokens < 1)
        {
            throw ChatError.Invalid("The most tokens to answer with must be 1 or more.", "max_completion_tokens");
        }

        var messages = Optional(root, "messages")?.EnumerateArray().Select(ReadMessage).ToArray() ?? [];
        if (messages.Length == 0)
        {
            throw ChatError.Invalid("The field 'messages' is missing or empty.", "messages");
        }

        var format = Optional(root, "response_format") is { } value ? value.GetProperty("type").GetString() : "text";
        if (format is not ("text" or "json_object" or "json_schema"))
        {
            throw ChatError.Invalid($"The type '{format}' is none of text, json_object, json_schema.", "response_format");
        }

        // As the service has it: a model that is not told writes blanks for ever.
        if (format == "json_object" && !messages.Any(static message => message.Text.Contains("json", StringComparison.OrdinalIgnoreCase)))
        {
            throw ChatError.Invalid("With the format json_object a message must hold the word 'json'.", "messages");
        }

        JsonElement? schema = format != "json_schema" ? null
            : Optional(root.GetProperty("response_format"), "json_schema") is { } given ? AnswerSchema.Check(given, dialect)
            : throw ChatError.Invalid("The field 'response_format.json_schema' is missing.", "response_format.json_schema");
        return new ChatRequest { Model = model, Messages = messages, WantsJson = format != "text", Schema = schema, MaxTokens = maxTokens };
    }

    private static ChatMessage ReadMessage(JsonElement message)
    {
        var role = Optional(message, "role")?.GetString() ?? throw ChatError.Invalid("A message has no role.", "messages");
        if (Optional(message, "content") is not { } content)
        {
            return new ChatMessage(role, "", []);
        }

        if (content.ValueKind == JsonValueKind.String)
        {
            return new ChatMessage(role, content.GetString()!, []);
        }

        var texts = new List<string>();
        var images = new List<ChatImage>();
        foreach (var part in content.EnumerateArray())
        {
            if (Optional(part, "text")?.GetString() is { } text)
            {
                texts.Add(text);
            }
            else if (Optional(part, "image_url") is { } image)
            {
                images.Add(new ChatImage(image.GetProperty("url").GetString() ?? "", Optional(image, "detail")?.GetString()));
            }
        }

        return new ChatMessage(role, string.Join('\n', texts), images);
    }

    private static JsonElement? Optional(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
