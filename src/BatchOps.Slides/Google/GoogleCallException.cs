using System.Net;

namespace BatchOps.Slides.Google;

/// <summary>A call that Google refused, or that got no answer.</summary>
public sealed class GoogleCallException : HttpRequestException
{
    internal GoogleCallException(string message, HttpStatusCode? status, string? reason, int? failedRequest, Exception? inner)
        : base(message, inner, status)
    {
        Reason = reason;
        FailedRequest = failedRequest;
    }

    /// <summary>Google's word for the cause, such as <c>userRateLimitExceeded</c> or <c>INVALID_ARGUMENT</c>; null when there was none.</summary>
    public string? Reason { get; }

    /// <summary>Which request of a batch was refused, from 0; null when the answer named none.</summary>
    public int? FailedRequest { get; }

    /// <summary>Whether a call that failed so may have done its work all the same: no answer came, or one of a server in trouble.</summary>
    /// <param name="failure">What a call failed with.</param>
    internal static bool MayHaveBeenApplied(Exception failure) => failure switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError,
        HttpRequestException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
