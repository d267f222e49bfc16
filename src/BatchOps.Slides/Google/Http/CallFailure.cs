using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using BatchOps.Engine;
using Google;
using Google.Apis.Auth.OAuth2.Responses;

namespace BatchOps.Slides.Google.Http;

/// <summary>Says what a failed call means and what to do about it.</summary>
internal static partial class CallFailure
{
    /// <summary>The exception to throw; the engine reads from it whether and when to try again.</summary>
    /// <param name="failure">What the client library threw.</param>
    /// <param name="exchange">What went over the wire.</param>
    /// <param name="account">Who asked; null when it is not known.</param>
    /// <param name="now">This machine's time.</param>
    public static GoogleCallException Explain(Exception failure, CallExchange exchange, string? account, DateTimeOffset now) => failure switch
    {
        GoogleApiException { HttpStatusCode: var status } refusal when (int)status >= 300 => Refused(refusal, exchange, account, now),
        TokenResponseException refusal => NoToken(refusal, account),
        _ => Broken(failure, exchange),
    };

    private static GoogleCallException Refused(GoogleApiException refusal, CallExchange exchange, string? account, DateTimeOffset now)
    {
        var status = refusal.HttpStatusCode;
        var subject = CallSubject.Of(exchange.Address);
        var body = ErrorBody.Parse(refusal.Error?.ErrorResponseContent);
        var said = Redactor.Redact(body.Message ?? "").Trim();
        var failedRequest = FailedRequest().Match(said) is { Success: true } match && int.TryParse(match.Groups["index"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : (int?)null;
        var advice = Advice(status, body.Reason, subject, account);
        var message = $"{subject.Service} answered {(int)status} about {subject}"
            + (advice is null ? "" : $": {advice}")
            + (said.Length == 0 ? "" : advice is null ? $": {said}" : $" Google says: {said}");

        // The client library's exception holds the whole answer; what matters of it is here.
        var explained = new GoogleCallException(message, status, body.Reason, failedRequest, null);
        if (status == HttpStatusCode.Forbidden && IsRate(body.Reason))
        {
            explained.Data[OutcomeClassifier.ClassKey] = OutcomeClass.Throttled;
        }

        var serverTime = exchange.Date ?? now;
        if ((exchange.RetryAfter?.Delta ?? (exchange.RetryAfter?.Date - serverTime) ?? body.RetryDelay ?? body.UntilWindowEnds(serverTime)) is { } wait)
        {
            explained.Data[OutcomeClassifier.RetryAfterKey] = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }

        return explained;
    }

    private static bool IsRate(string? reason) => reason is "rateLimitExceeded" or "userRateLimitExceeded" or "RATE_LIMIT_EXCEEDED";

    private static string? Advice(HttpStatusCode status, string? reason, CallSubject subject, string? account)
    {
        var who = account ?? "the account that asks";
        return (status, reason) switch
        {
            (HttpStatusCode.Unauthorized, _) =>
                "the access token has expired, was revoked or is wrong. Fetch a new one and start again; a service account's file needs no renewing.",
            (HttpStatusCode.Forbidden, var rate) when IsRate(rate) => "too many calls; it is tried again later.",
            (HttpStatusCode.Forbidden, "storageQuotaExceeded") =>
                "there is no room for the file. A service account has no storage of its own: give a folder of a shared drive that it may write to, or let it act for a user (the subject).",
            (HttpStatusCode.Forbidden, "publishOutNotPermitted") =>
                "the organisation does not let files be seen by everyone, and so Slides can't fetch an uploaded image. Give images as http(s) addresses that everyone can reach.",
            (HttpStatusCode.Forbidden, "accessNotConfigured" or "SERVICE_DISABLED") =>
                $"{subject.Service} is not switched on in the Cloud project of {who}. Enable the API there and wait a few minutes.",
            (HttpStatusCode.Forbidden, "insufficientPermissions" or "ACCESS_TOKEN_SCOPE_INSUFFICIENT") =>
                "the token does not cover this call. Fetch one with the scopes 'https://www.googleapis.com/auth/presentations' and 'https://www.googleapis.com/auth/drive'.",
            (HttpStatusCode.Forbidden, "dailyLimitExceeded") => "the project's calls of this day are used up. Go on tomorrow, or raise the quota.",
            (HttpStatusCode.Forbidden, _) =>
                $"no permission. Share {subject} with {who}, as editor where it is to be changed; the scopes needed are 'presentations' and 'drive'.",
            (HttpStatusCode.NotFound, _) =>
                $"there is none, or it is not shared with {who}. Check the id (what stands after /d/ in the address), and share it; with the scope 'drive.file' only files that this app has made or opened are seen.",
            (HttpStatusCode.TooManyRequests, _) => "too many calls; it is tried again later.",
            (>= HttpStatusCode.InternalServerError, _) => "the service is in trouble.",
            _ => null,
        };
    }

    private static GoogleCallException NoToken(TokenResponseException refusal, string? account)
    {
        // Without a status no answer came; a server in trouble is worth another try, a refused key is not.
        var status = refusal.StatusCode;
        var said = Redactor.Redact($"{refusal.Error?.Error} {refusal.Error?.ErrorDescription}".Trim());
        return new GoogleCallException(
            $"Google gave no access token for {account ?? "the credentials"}{(said.Length > 0 ? ": " + said : "")}. "
            + "Check that the key still exists and this machine's clock is right; to act for a user, the service account needs domain-wide delegation for the scopes.",
            status,
            refusal.Error?.Error,
            null,
            null);
    }

    private static GoogleCallException Broken(Exception failure, CallExchange exchange)
    {
        var host = exchange.Address?.Authority ?? "Google";

        // The client library quotes an answer that it can't read, whatever stands in it.
        return failure is GoogleApiException
            ? new($"{host} gave an answer that is none of Google's.", null, null, null, null)
            : new($"The connection to {host} broke: {Redactor.Redact(failure.Message)}", null, null, null, failure);
    }

    [GeneratedRegex(@"requests\[(?<index>\d+)\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FailedRequest();
}
