using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Google;

/// <summary>One request that may pass: what is asked for.</summary>
internal sealed class GoogleCall(HttpContext context, IReadOnlyDictionary<string, string> path, ReadOnlyMemory<byte> body)
{
    public HttpRequest Request => context.Request;

    /// <summary>Set when the client has gone.</summary>
    public CancellationToken Gone => context.RequestAborted;

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>Where the client found the service, for addresses in answers.</summary>
    public string Root => $"{Request.Scheme}://{Request.Host}/";

    public FieldMask? Mask { get; init; }

    /// <summary>The body as JSON, checked; an empty object when there is none.</summary>
    public JsonElement Json { get; init; }

    /// <summary>Waits as long as the method takes; the method says where.</summary>
    public required Func<Task> SpendAsync { get; init; }

    public string this[string name] => path[name];

    public string? Query(string name) => Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool IsSet(string name) => Query(name) == "true";
}
