using System.Globalization;

namespace BatchOps.Emulators.Chat;

/// <summary>A refusal, with the fields that the service gives it.</summary>
internal sealed class ChatError(int status, string message, string type, string? code = null, string? param = null) : Exception(message)
{
    public int Status => status;

    /// <summary>When to come back; null when nothing is said.</summary>
    public TimeSpan? Wait { get; set; }

    public byte[] Body(ChatDialect dialect) => dialect == ChatDialect.OpenAI
        ? Json.Bytes(new { error = new { message = Message, type, param, code } })
        : Json.Bytes(new[] { new { error = new { code = Status, message = Message, status = GeminiStatus, details = Details() } } });

    private string GeminiStatus => Status switch
    {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        _ => "INTERNAL",
    };

    private Dictionary<string, string>[]? Details() => Wait is { } wait
        ? [new() { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", ["retryDelay"] = string.Create(CultureInfo.InvariantCulture, $"{wait.TotalSeconds:0.###}s") }]
        : null;

    public static ChatError Invalid(string message, string? param = null) => new(400, message, "invalid_request_error", param: param);

    public static ChatError NoSuchModel(string model) =>
        new(404, $"There is no model '{model}' here.", "invalid_request_error", "model_not_found", "model");

    public static ChatError NoSuchPath(string method, string path) =>
        new(404, $"There is nothing at {method} {path}.", "invalid_request_error", "unknown_url");

    public static ChatError NoKey(bool given) => given
        ? new(401, "The API key is not a right one.", "invalid_request_error", "invalid_api_key")
        : new(401, "The request has no API key: it belongs into the header 'Authorization: Bearer KEY'.", "invalid_request_error");

    public static ChatError TooMany(string type, string limit) => new(429, $"The rate limit is reached: {limit}.", type, "rate_limit_exceeded");

    public static ChatError Down(int status) => status == 503
        ? new(503, "The service is overloaded or not ready.", "server_error", "service_unavailable")
        : new(status, "The server had an error while it worked on the request.", "server_error");
}
