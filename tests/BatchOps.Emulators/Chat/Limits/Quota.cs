using BatchOps.Emulators.Limits;

namespace BatchOps.Emulators.Chat;

/// <summary>Requests and tokens a minute: a request takes of both or of none.</summary>
internal sealed class Quota
{
    private readonly Lock _sync = new();
    private readonly IMeter? _requests;
    private readonly IMeter? _tokens;
    private readonly TimeProvider _time;
    private readonly long _start;

    public Quota(ChatEmulatorOptions options)
    {
        _time = options.TimeProvider;
        _start = _time.GetTimestamp();
        _requests = IMeter.Of(options.RequestsPerMinute, options.QuotaWindow, options.Quota);
        _tokens = IMeter.Of(options.TokensPerMinute, options.QuotaWindow, options.Quota);
    }

    public QuotaDecision Take(int tokens)
    {
        lock (_sync)
        {
            var now = _time.GetElapsedTime(_start);
            if (tokens > _tokens?.Limit)
            {
                return Decide(now, ChatError.TooMany("tokens", $"{_tokens.Limit} tokens; this request needs {tokens} and never fits"));
            }

            var forRequest = _requests?.WaitFor(1, now) ?? TimeSpan.Zero;
            var forTokens = _tokens?.WaitFor(tokens, now) ?? TimeSpan.Zero;
            if (forRequest > TimeSpan.Zero)
            {
                return Decide(now, ChatError.TooMany("requests", $"{_requests!.Limit} requests"), forRequest > forTokens ? forRequest : forTokens);
            }

            if (forTokens > TimeSpan.Zero)
            {
                return Decide(now, ChatError.TooMany("tokens", $"{_tokens!.Limit} tokens; this request needs {tokens}"), forTokens);
            }

            _requests?.Take(1, now);
            _tokens?.Take(tokens, now);
            return Decide(now);
        }
    }

    private static MeterState? StateOf(IMeter? meter, TimeSpan now) =>
        meter is null ? null : new(meter.Limit, meter.Remaining(now), meter.FullIn(now));

    private QuotaDecision Decide(TimeSpan now, ChatError? refusal = null, TimeSpan? wait = null) =>
        new(refusal, wait, StateOf(_requests, now), StateOf(_tokens, now));
}

/// <summary>What a meter said when a request was judged.</summary>
internal sealed record MeterState(long Limit, long Remaining, TimeSpan FullIn);

/// <param name="Refusal">What a client is told; null when the request may pass.</param>
/// <param name="Wait">When it would fit; null when it never would.</param>
/// <param name="Requests">The state after this request; null without a limit.</param>
/// <param name="Tokens">The state after this request; null without a limit.</param>
internal sealed record QuotaDecision(ChatError? Refusal, TimeSpan? Wait, MeterState? Requests, MeterState? Tokens);
