using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchOps.Emulators.Faults;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Google;

/// <summary>
/// The way of a request: method, token, chance, form, quota, latency, answer. A call is ended in the counters before its last
/// byte leaves: a client that has its answer finds it counted.
/// </summary>
internal sealed class GoogleService : IDisposable
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    private readonly GoogleEmulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly GoogleCounters _counters = new();
    private readonly CancellationTokenSource _end = new();
    private readonly ImageFetcher _images;
    private readonly GoogleMethod[] _methods;
    private volatile GoogleQuota _quota;

    public GoogleService(GoogleEmulatorOptions options)
    {
        _options = options;
        _time = options.TimeProvider;
        _quota = new GoogleQuota(options);
        Store = new GoogleStore(_time);
        _images = new ImageFetcher(Store, _counters);
        var drive = new DriveApi(Store, options, _counters);
        _methods = [.. new SlidesApi(Store, _images, _counters).Methods, .. drive.Methods, .. new Uploads(drive).Methods];
    }

    public GoogleStore Store { get; }

    public GoogleStats Stats => _counters.Snapshot(Store);

    public void Reset()
    {
        _counters.Reset();
        _quota = new GoogleQuota(_options);
    }

    /// <summary>Ends what waits.</summary>
    public void End() => _end.Cancel();

    public void Dispose()
    {
        _end.Dispose();
        _images.Dispose();
    }

    public Task WriteStatsAsync(HttpContext context) => WriteAsync(context, new GoogleAnswer(Content: JsonText.StatsBytes(Stats), ContentType: "application/json"));

    /// <summary>What <c>webContentLink</c> leads to: for anyone, when the file is shared with anyone.</summary>
    public Task WritePublicFileAsync(HttpContext context) => WriteAsync(context, Store.FindFile(context.Request.Query["id"].ToString()) switch
    {
        { Trashed: false, IsPublic: true } file => new GoogleAnswer(Content: file.Content, ContentType: file.MimeType),
        null => new GoogleAnswer(404),
        _ => new GoogleAnswer(403),
    });

    /// <summary>What <c>contentUrl</c> of an image leads to.</summary>
    public Task WriteImageAsync(HttpContext context) => WriteAsync(context, Store.FindImageOf((string)context.Request.RouteValues["hash"]!) is { } image
        ? new GoogleAnswer(Content: image.Content, ContentType: image.MimeType)
        : new GoogleAnswer(404));

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.Date = _time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var (method, path) = Route(context.Request);
        byte[] body;
        try
        {
            body = await ReadAsync(context);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            return;
        }

        var content = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(
            [.. Encoding.UTF8.GetBytes($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n"), .. body]));
        using var call = _counters.Begin(method?.Id ?? "unknown", context.Connection.Id, content);
        try
        {
            await HandleAsync(context, method ?? throw new GoogleError(404, "NOT_FOUND", "notFound", "Method not found."), path, body, content, call);
        }
        catch (GoogleError error)
        {
            if (method?.Id == "slides.presentations.batchUpdate" && error.Code == StatusCodes.Status400BadRequest)
            {
                _counters.WriteRejected();
            }

            call.End(error switch
            {
                { Code: 429 } or { Reason: "rateLimitExceeded" or "userRateLimitExceeded" } => GoogleOutcome.Throttled,
                { Code: >= 500 } => GoogleOutcome.Failed,
                _ => GoogleOutcome.Refused,
            });
            await WriteAsync(context, new GoogleAnswer(error.Code, error.Body(method?.Api ?? GoogleApi.Slides))
            {
                Headers = error.RetryAfter is null ? [] : [("Retry-After", error.RetryAfter)],
            });
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || _end.IsCancellationRequested)
        {
            // The client has gone, or the emulator ends: there must be no answer that looks like one.
            context.Abort();
        }
    }

    private static JsonElement Parse(GoogleMethod method, HttpRequest request, byte[] body)
    {
        if (method.Body is null || body.Length == 0)
        {
            return Nothing;
        }

        if (request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw GoogleError.Invalid($"The content type '{request.ContentType}' is not application/json.");
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            Discovery.Of(method.Api).CheckBody(method.Body, document.RootElement);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw GoogleError.Invalid("Invalid JSON payload received. Unexpected token.", "parseError");
        }
    }

    private static FieldMask? Mask(GoogleMethod method, string? fields)
    {
        if (string.IsNullOrEmpty(fields))
        {
            return method.Standard;
        }

        if (method.Answer is null)
        {
            return null;
        }

        try
        {
            var mask = FieldMask.Parse(fields);
            Discovery.Of(method.Api).CheckMask(method.Answer, mask, method.Api);
            return mask;
        }
        catch (FormatException)
        {
            throw GoogleError.Invalid($"Invalid field selection {fields}", "invalidParameter", "fields");
        }
    }

    private async Task HandleAsync(HttpContext context, GoogleMethod method, IReadOnlyDictionary<string, string> path, byte[] body, ulong content, GoogleCounters.Call call)
    {
        var request = context.Request;
        var user = SignIn(request);
        var fault = Fault(method, call, content);
        switch (fault)
        {
            case FaultKind.DropBefore:
                call.End(GoogleOutcome.Dropped);
                context.Abort();
                return;
            case FaultKind.Stall:
                await StallAsync(context, call);
                return;
            case FaultKind.Status500:
                throw GoogleError.Down(500);
            case FaultKind.Status503:
                throw GoogleError.Down(503);
            case FaultKind.Throttle:
                throw _quota.Throttle(method);
            case FaultKind.Html502:
                call.End(GoogleOutcome.Failed);
                await WriteAsync(context, new GoogleAnswer(502, Content: "<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title><p>The server encountered a temporary error.</html>"u8.ToArray(), ContentType: "text/html; charset=UTF-8"));
                return;
        }

        var discovery = Discovery.Of(method.Api);
        discovery.CheckQuery(method.Id, request.Query.Select(static pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())));
        var asked = new GoogleCall(context, path, body)
        {
            Mask = Mask(method, request.Query["fields"]),
            Json = Parse(method, request, body),
            SpendAsync = () => SpendAsync(method, context.RequestAborted),
        };
        _quota.Take(method, user);

        var answer = await method.RunAsync(asked);
        answer = asked.Mask is { } mask && answer.Json is { } json ? answer with { Json = (JsonObject?)mask.Apply(json) } : answer;
        switch (fault)
        {
            case FaultKind.DropAfter:
                call.End(GoogleOutcome.Dropped);
                context.Abort();
                return;
            case FaultKind.Status503After:
                throw GoogleError.Down(503);
            case FaultKind.StallAfter:
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = 1000;
                await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await StallAsync(context, call);
                return;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        call.End(GoogleOutcome.Ok);
        await WriteAsync(context, answer);
    }

    private static async Task StallAsync(HttpContext context, GoogleCounters.Call call)
    {
        call.End(GoogleOutcome.Stalled);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
    }

    /// <summary>A write goes on when its client has gone, as it does on the service.</summary>
    private async Task SpendAsync(GoogleMethod method, CancellationToken gone)
    {
        var latency = method.IsWrite ? _options.WriteLatency : _options.ReadLatency;
        if (latency == TimeSpan.Zero)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, method.IsWrite ? CancellationToken.None : gone);
        await Task.Delay(latency, _time, end.Token);
    }

    private (GoogleMethod? Method, IReadOnlyDictionary<string, string> Path) Route(HttpRequest request)
    {
        foreach (var method in _methods)
        {
            if (method.Match(request.Method, request.Path.Value!) is { } path)
            {
                return (method, path);
            }
        }

        return (null, new Dictionary<string, string>());
    }

    private async Task<byte[]> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            _counters.RequestCompressed();
            await using var plain = new GZipStream(context.Request.Body, CompressionMode.Decompress);
            await plain.CopyToAsync(body, context.RequestAborted);
        }
        else
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }

        return body.ToArray();
    }

    private async Task WriteAsync(HttpContext context, GoogleAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        var content = answer.Json is { } json ? JsonText.Bytes(json) : answer.Content;
        if (answer.Json is null && answer.ContentType is null)
        {
            return;
        }

        response.ContentType = answer.ContentType ?? "application/json; charset=UTF-8";
        if (answer.Json is not null && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            _counters.AnswerCompressed();
            response.Headers.ContentEncoding = "gzip";
            response.Headers.Vary = "Accept-Encoding";
            using var packed = new MemoryStream();
            await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                await gzip.WriteAsync(content);
            }

            content = packed.ToArray();
        }

        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, context.RequestAborted);
    }

    /// <summary>Who asks.</summary>
    /// <exception cref="GoogleError">Nobody who may.</exception>
    private string SignIn(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        var token = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : null;
        var user = _options.AccessTokens.Count == 0 ? token ?? "anonymous"
            : _options.AccessTokens.FirstOrDefault(known => known.Token == token && !(known.ExpiresAt <= _time.GetUtcNow()))?.User ?? throw GoogleError.NotSignedIn(token is not null);
        return request.Query.TryGetValue("quotaUser", out var quotaUser) ? quotaUser.ToString() : user;
    }

    private FaultKind? Fault(GoogleMethod method, GoogleCounters.Call call, ulong content)
    {
        foreach (var rule in _options.FaultRules)
        {
            if (rule.Method == method.Id && call.Number >= rule.From && call.Number < rule.From + rule.Times)
            {
                return rule.Kind;
            }
        }

        // One throw decides between all kinds, in their own order.
        var thrown = new Dice(_options.Seed, content, call.Occurrence).Roll(Chance.Fault);
        foreach (var (kind, rate) in _options.FaultRates.OrderBy(static pair => pair.Key))
        {
            if (thrown < rate)
            {
                return kind;
            }

            thrown -= rate;
        }

        return null;
    }
}
