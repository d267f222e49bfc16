using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using BatchOps.Emulators.Google;

namespace BatchOps.Emulators.Tests.Google;

/// <summary>Asks an emulator over HTTP, as any client would.</summary>
internal sealed class GoogleClient : IDisposable
{
    private readonly HttpClient _http;

    public GoogleClient(GoogleEmulator server, string? token = null)
    {
        _http = new HttpClient { BaseAddress = server.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
        Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Reply> PostAsync(string path, string body, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);

    /// <summary>Sends a batch of requests.</summary>
    public Task<Reply> BatchAsync(string id, params IEnumerable<string> requests) => PostAsync($"v1/presentations/{id}:batchUpdate", $$"""{"requests":[{{string.Join(',', requests)}}]}""");

    /// <summary>Sends a batch that is meant for a revision.</summary>
    public Task<Reply> BatchOnAsync(string id, string revision, params IEnumerable<string> requests) => PostAsync(
        $"v1/presentations/{id}:batchUpdate",
        $$$"""{"requests":[{{{string.Join(',', requests)}}}],"writeControl":{"requiredRevisionId":"{{{revision}}}"}}""");

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content = null, CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Token);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _http.SendAsync(request, both.Token);
        return new Reply(response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token), response.Headers, response.Content.Headers);
    }

    public void Dispose() => _http.Dispose();

    internal sealed record Reply(HttpStatusCode Status, byte[] Content, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
    {
        public string Text => Encoding.UTF8.GetString(Content);

        public JsonElement Json => JsonElement.Parse(Text);

        public JsonElement Error => Json.GetProperty("error");

        public string Message => Error.GetProperty("message").GetString()!;

        public string Id => Json.GetProperty("id").GetString()!;

        /// <summary>The reason in Drive's list of errors.</summary>
        public string Reason => Error.GetProperty("errors")[0].GetProperty("reason").GetString()!;

        public string RpcStatus => Error.GetProperty("status").GetString()!;

        public string Revision => Json.GetProperty("writeControl").GetProperty("requiredRevisionId").GetString()!;

        /// <summary>The JSON in one line.</summary>
        public string Line => JsonSerializer.Serialize(Json, Plain);

        public string Replies => JsonSerializer.Serialize(Json.GetProperty("replies"), Plain);

        private static JsonSerializerOptions Plain { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
    }
}
