using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace BatchOps.Engine;

/// <summary>Tells from an exception what an attempt's failure means.</summary>
public static class OutcomeClassifier
{
    /// <summary>The key in <see cref="Exception.Data"/> under which a client may leave the wait that a server asked for, as a <see cref="TimeSpan"/>.</summary>
    public const string RetryAfterKey = "BatchOps.RetryAfter";

    /// <summary>The key in <see cref="Exception.Data"/> under which a client that knows better than a status says may leave an <see cref="OutcomeClass"/>.</summary>
    public const string ClassKey = "BatchOps.OutcomeClass";

    // A cycle of inner exceptions or a very long chain must not hang the engine.
    private const int MaxDepth = 16;

    /// <summary>Classifies an exception and the exceptions inside it; the first that says something decides.</summary>
    /// <param name="error">The exception.</param>
    /// <returns>The class, and how long the server asked to wait if it did.</returns>
    /// <remarks>
    /// A class left under <see cref="ClassKey"/> counts. 429: throttled. 408 and 5xx: transient. Other 4xx: item fault. No status
    /// at all (refused, reset, DNS, TLS), sockets and timeouts: transient. Everything else: item fault.
    /// </remarks>
    public static (OutcomeClass Class, TimeSpan? RetryAfter) Classify(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        TimeSpan? retryAfter = null;
        var canceled = false;
        var current = error;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
        {
            retryAfter ??= RetryAfterOf(current);
            if (current.Data[ClassKey] is OutcomeClass stated)
            {
                return (stated, retryAfter);
            }

            switch (current)
            {
                case HttpRequestException { StatusCode: { } status }:
                    return (ClassifyStatus(status), retryAfter);
                case HttpRequestException or SocketException or TimeoutException or AuthenticationException or HttpIOException:
                    return (OutcomeClass.Transient, retryAfter);
                case WebException { Response: HttpWebResponse response }:
                    return (ClassifyStatus(response.StatusCode), retryAfter);
                case WebException:
                    return (OutcomeClass.Transient, retryAfter);
                case OperationCanceledException:
                    // HttpClient reports its own timeout as a cancellation around a TimeoutException.
                    canceled = true;
                    break;
            }
        }

        return (canceled ? OutcomeClass.Canceled : OutcomeClass.ItemFault, retryAfter);
    }

    /// <summary>What an HTTP status says.</summary>
    /// <param name="status">The status.</param>
    public static OutcomeClass ClassifyStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => OutcomeClass.Throttled,
        HttpStatusCode.RequestTimeout => OutcomeClass.Transient,
        >= HttpStatusCode.InternalServerError => OutcomeClass.Transient,
        _ => OutcomeClass.ItemFault,
    };

    /// <summary>Whether a 403 is a quota that is used up for now, and so is worth another attempt like a 429.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="body">The response's body, where the reason stands; null when it is not known.</param>
    /// <remarks>The reasons are those of Google's APIs: <c>rateLimitExceeded</c> and <c>userRateLimitExceeded</c>.</remarks>
    public static bool IsQuota(Exception? error, string? body) =>
        error is HttpRequestException { StatusCode: HttpStatusCode.Forbidden } && body?.Contains("RateLimitExceeded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What a failure says about the kind of limit that the service has.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="outcome">Its class.</param>
    /// <param name="retryAfter">How long the server asked to wait; null when it did not.</param>
    /// <remarks>A Retry-After or a header whose name holds <c>ratelimit</c>: a rate. 503, 408 and timeouts without: concurrency.</remarks>
    internal static LimitSignal SignalOf(Exception error, OutcomeClass outcome, TimeSpan? retryAfter)
    {
        if (outcome is not (OutcomeClass.Transient or OutcomeClass.Throttled))
        {
            return LimitSignal.None;
        }

        if (retryAfter is not null)
        {
            return LimitSignal.Rate;
        }

        var current = error;
        for (var depth = 0; current is not null && depth < MaxDepth; depth++, current = current.InnerException)
        {
            switch (current)
            {
                case TimeoutException:
                case HttpRequestException { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.RequestTimeout }:
                    return HasRateLimitHeader(current) ? LimitSignal.Rate : LimitSignal.Concurrency;
                case HttpRequestException { StatusCode: not null }:
                    return HasRateLimitHeader(current) ? LimitSignal.Rate : LimitSignal.None;
                case WebException { Response: HttpWebResponse { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.RequestTimeout } }:
                case WebException { Status: WebExceptionStatus.Timeout }:
                    return LimitSignal.Concurrency;
            }
        }

        return LimitSignal.None;
    }

    private static bool HasRateLimitHeader(Exception error) =>
        ResponseOf(error)?.Headers.Any(static header => header.Key.Contains("ratelimit", StringComparison.OrdinalIgnoreCase) || header.Key.Contains("rate-limit", StringComparison.OrdinalIgnoreCase)) == true;

    private static TimeSpan? RetryAfterOf(Exception error)
    {
        if (error.Data[RetryAfterKey] is TimeSpan given)
        {
            return given;
        }

        var response = ResponseOf(error);
        if (response?.Headers.TryGetValues("retry-after-ms", out var exact) == true
            && double.TryParse(exact.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds))
        {
            // Language models' services send it beside the header in whole seconds.
            return TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue));
        }

        if (response?.Headers.RetryAfter is { } header)
        {
            return header.Delta ?? (header.Date - (response.Headers.Date ?? DateTimeOffset.UtcNow) is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        }

        return null;
    }

    // The web cmdlets' exception carries the whole response but has no type that could be named here.
    private static HttpResponseMessage? ResponseOf(Exception error) =>
        error is HttpRequestException && error.GetType() != typeof(HttpRequestException)
            ? error.GetType().GetProperty("Response")?.GetValue(error) as HttpResponseMessage
            : null;
}
