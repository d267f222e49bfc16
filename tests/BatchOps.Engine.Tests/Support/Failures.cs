using System.Net;

namespace BatchOps.Engine.Tests.Support;

/// <summary>Exceptions of each class.</summary>
internal static class Failures
{
    public static Exception Transient(string message = "503") =>
        new HttpRequestException(message, inner: null, HttpStatusCode.ServiceUnavailable);

    public static Exception Throttled(double? retryAfterSeconds = null, string message = "429")
    {
        var error = new HttpRequestException(message, inner: null, HttpStatusCode.TooManyRequests);
        if (retryAfterSeconds is { } seconds)
        {
            error.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(seconds);
        }

        return error;
    }

    public static Exception OfItem(string message = "bad item") => new InvalidOperationException(message);
}
