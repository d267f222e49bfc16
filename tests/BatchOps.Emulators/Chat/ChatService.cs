using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Emulators.Faults;
using Microsoft.AspNetCore.Http;

namespace BatchOps.Emulators.Chat;

/// <summary>
/// The way of a request: outage, key, form, limits, chance, latency, answer. A call is ended in the counters before its last
/// byte leaves: a client that has its answer finds it counted, and may send the next request as one of as many at once.
/// </summary>
internal sealed class ChatService
{
    private const int SlowPieces = 10;

    private readonly ChatEmulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly ChatCounters _counters = new();
    private readonly DateTimeOffset _created;
    private volatile Epoch _epoch;

    public ChatService(ChatEmulatorOptions options)
    {
        _options = options;
        _time = options.TimeProvider;
        _created = _time.GetUtcNow();
        _epoch = new Epoch(_options);
    }

    public ChatStats Stats => _counters.Snapshot();

    public Task RefusePathAsync(HttpContext context) =>
        WriteAsync(context, ChatError.NoSuchPath(context.Request.Method, context.Request.Path));

    public void Reset()
    {
        _counters.Reset();
        _epoch = new Epoch(_options);
    }

    public Task WriteStatsAsync(HttpContext context) => WriteAsync(context, StatusCodes.Status200OK, Json.StatsBytes(Stats));

    public Task ListModelsAsync(HttpContext context) => KeyError(context.Request) is { } error
        ? WriteAsync(context, error)
        : WriteAsync(context, StatusCodes.Status200OK, Json.Bytes(new
        {
            @object = "list",
            data = _options.Models.Keys.Order(StringComparer.Ordinal)
                .Select(id => new { id, @object = "model", created = _created.ToUnixTimeSeconds(), owned_by = "emulator" }),
        }));

    public async Task CompleteAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var hash = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(bytes.Span));

        using var call = _counters.Begin(hash);
        try
        {
            await CompleteAsync(context, bytes, hash, call);
        }
        catch (ChatError error)
        {
            call.End(error.Status switch
            {
                StatusCodes.Status429TooManyRequests => ChatOutcome.Rejected429,
                >= 500 => ChatOutcome.Failed5xx,
                _ => ChatOutcome.Refused4xx,
            });
            await WriteAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody is there to answer.
        }
    }

    private async Task CompleteAsync(HttpContext context, ReadOnlyMemory<byte> bytes, ulong hash, ChatCounters.Call call)
    {
        var epoch = _epoch;
        if (epoch.IsOutage)
        {
            if (_options.OutageAs == OutageKind.Drop)
            {
                call.End(ChatOutcome.Dropped);
                context.Abort();
                return;
            }

            throw ChatError.Down(StatusCodes.Status503ServiceUnavailable);
        }

        if (KeyError(context.Request) is { } keyError)
        {
            throw keyError;
        }

        var request = ChatRequest.Parse(bytes, _options.Dialect);
        var answer = Ask(request);
        Admit(context.Response, epoch, answer, call);

        var occurrence = call.NextOccurrence();
        var dice = new Dice(_options.Seed, hash, occurrence);
        if (dice.Falls(_options.ThrottleRate, Chance.Throttle))
        {
            throw Refusal(context.Response, ChatError.TooMany("requests", "too many requests"), _options.ThrottleWait);
        }

        var latency = _options.Latency + (_options.LatencySpread * dice.Roll(Chance.Latency));
        var id = string.Create(CultureInfo.InvariantCulture, $"{hash:x16}-{occurrence}");
        context.Response.Headers["x-request-id"] = $"req-{id}";
        context.Response.Headers["openai-processing-ms"] = ((long)latency.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, _time, context.RequestAborted);
        }

        if (dice.Falls(_options.FailRate, Chance.Fail))
        {
            throw ChatError.Down(_options.FailStatus);
        }

        var made = dice.Falls(_options.CutRate, Chance.Cut) ? answer.CutInHalf() : answer;
        if (dice.Falls(_options.EndlessRate, Chance.Endless))
        {
            if (request.MaxTokens is not { } most)
            {
                // Nobody stops it: the client must go.
                await Task.Delay(Timeout.InfiniteTimeSpan, _time, context.RequestAborted);
                return;
            }

            made = answer.Endless(most);
        }

        var content = made.Body($"chatcmpl-{id}", _time.GetUtcNow());
        if (dice.Falls(_options.DropRate, Chance.Drop))
        {
            await DropAsync(context, content, call, made);
        }
        else if (dice.Falls(_options.BrokenRate, Chance.Broken))
        {
            call.End(ChatOutcome.Broken, made);
            await WriteAsync(context, StatusCodes.Status200OK, content.AsMemory(0, content.Length / 2));
        }
        else if (dice.Falls(_options.SlowRate, Chance.Slow))
        {
            await WriteSlowlyAsync(context, content, call, made);
        }
        else
        {
            call.End(ChatOutcome.Ok, made);
            await WriteAsync(context, StatusCodes.Status200OK, content);
        }
    }

    private Task WriteAsync(HttpContext context, ChatError error) => WriteAsync(context, error.Status, error.Body(_options.Dialect));

    private static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        StartBody(context.Response, status, body.Length);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static void StartBody(HttpResponse response, int status, int length)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = length;
    }

    /// <summary>
    /// Promises all and sends half: the server then closes the connection in order. An abort might take back what the client
    /// has not read yet, the status included.
    /// </summary>
    private static async Task DropAsync(HttpContext context, ReadOnlyMemory<byte> body, ChatCounters.Call call, ChatAnswer made)
    {
        StartBody(context.Response, StatusCodes.Status200OK, body.Length);
        call.End(ChatOutcome.Dropped, made);
        await context.Response.Body.WriteAsync(body[..(body.Length / 2)], context.RequestAborted);
    }

    private async Task WriteSlowlyAsync(HttpContext context, ReadOnlyMemory<byte> body, ChatCounters.Call call, ChatAnswer made)
    {
        StartBody(context.Response, StatusCodes.Status200OK, body.Length);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        for (var piece = 0; piece < SlowPieces; piece++)
        {
            await Task.Delay(_options.SlowTime / SlowPieces, _time, context.RequestAborted);
            if (piece == SlowPieces - 1)
            {
                call.End(ChatOutcome.Ok, made);
            }

            await context.Response.Body.WriteAsync(body[(body.Length * piece / SlowPieces)..(body.Length * (piece + 1) / SlowPieces)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private ChatError? KeyError(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        if (_options.ApiKey is null)
        {
            return null;
        }

        var header = request.Headers.Authorization.ToString();
        var isGiven = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        return isGiven && header[Scheme.Length..] == _options.ApiKey ? null : ChatError.NoKey(isGiven);
    }

    private ChatAnswer Ask(ChatRequest request)
    {
        if (!_options.Models.TryGetValue(request.Model, out var model))
        {
            throw ChatError.NoSuchModel(request.Model);
        }

        try
        {
            return ChatAnswer.Of(request, model(request));
        }
        catch (Exception error) when (error is not ChatError)
        {
            throw new ChatError(StatusCodes.Status500InternalServerError, $"The model '{request.Model}' failed: {error.Message}", "server_error");
        }
    }

    private void Admit(HttpResponse response, Epoch epoch, ChatAnswer answer, ChatCounters.Call call)
    {
        if (!call.TryAdmit(_options.MaxConcurrent))
        {
            throw Refusal(response, ChatError.TooMany("requests", $"{_options.MaxConcurrent} requests at once"), _options.ThrottleWait);
        }

        var decision = epoch.Quota.Take(answer.TotalTokens);
        LimitHeaders.WriteState(response.Headers, decision, withReset: decision.Refusal is null || _options.Hints.HasFlag(RetryHints.Reset));
        if (decision.Refusal is { } refusal)
        {
            throw Refusal(response, refusal, decision.Wait);
        }
    }

    private ChatError Refusal(HttpResponse response, ChatError error, TimeSpan? wait)
    {
        if (wait is { } known)
        {
            LimitHeaders.WriteHints(response.Headers, _options.Hints, known, _time.GetUtcNow());
            error.Wait = known;
        }

        return error;
    }

    /// <summary>What begins anew with a reset.</summary>
    private sealed class Epoch(ChatEmulatorOptions options)
    {
        private readonly long _start = options.TimeProvider.GetTimestamp();

        public Quota Quota { get; } = new(options);

        public bool IsOutage
        {
            get
            {
                var into = options.TimeProvider.GetElapsedTime(_start) - options.OutageAfter;
                return into >= TimeSpan.Zero && into < options.OutageTime;
            }
        }
    }
}
