namespace BatchOps.Slides.Google.Http;

/// <summary>Says what a failed call means and what to do.</summary>
internal static class CallFailure
{
    public static Exception Explain(Exception failure, CallExchange exchange, string? account, DateTimeOffset now) =>
        new GoogleCallException(failure.Message, (failure as global::Google.GoogleApiException)?.HttpStatusCode, null, null, failure);
}
