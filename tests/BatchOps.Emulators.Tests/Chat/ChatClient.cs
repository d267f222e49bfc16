using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BatchOps.Emulators.Chat;

namespace BatchOps.Emulators.Tests.Chat;

/// <summary>Asks an emulator over HTTP, as any client would.</summary>
internal sealed class ChatClient(ChatEmulator server) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    public static string Body(string prompt, string model = "echo", string more = "") =>
        $$"""{"model":"{{model}}","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}]{{more}}}""";

    public Task<Reply> AskAsync(string prompt, string model = "echo", string more = "") => PostAsync(Body(prompt, model, more));

    public async Task<Reply> PostAsync(string body, string path = "v1/chat/completions")
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(path, content, Token);
        return await Reply.ReadAsync(response);
    }

    public async Task<Reply> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path, Token);
        return await Reply.ReadAsync(response);
    }

    /// <summary>Asks for the headers alone; the body is up to the caller.</summary>
    public Task<HttpResponseMessage> StartAsync(string prompt) => _http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions") { Content = new StringContent(Body(prompt), Encoding.UTF8, "application/json") },
        HttpCompletionOption.ResponseHeadersRead,
        Token);

    public void Dispose() => _http.Dispose();

    internal sealed record Reply(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
    {
        public JsonElement Json => JsonElement.Parse(Text);

        public string Content => Json.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;

        public string? FinishReason => Json.GetProperty("choices")[0].GetProperty("finish_reason").GetString();

        public string? ErrorMessage => Error("message");

        public string? ErrorType => Error("type");

        public string? ErrorCode => Error("code");

        public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

        public int Usage(string name) => Json.GetProperty("usage").GetProperty(name).GetInt32();

        public static async Task<Reply> ReadAsync(HttpResponseMessage response) =>
            new(response.StatusCode, await response.Content.ReadAsStringAsync(Token), response.Headers);

        private string? Error(string name) => Json.GetProperty("error").GetProperty(name).GetString();
    }
}
