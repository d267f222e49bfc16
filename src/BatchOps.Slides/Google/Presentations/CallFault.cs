using System.Net;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Says what a refusal that no repetition changes means for a deck.</summary>
internal static class CallFault
{
    /// <summary>The fault; null when the call may succeed later.</summary>
    public static DeckFault? Of(GoogleCallException failure) => failure.StatusCode switch
    {
        HttpStatusCode.Unauthorized => DeckFault.TokenExpired,
        HttpStatusCode.Forbidden when failure.Reason is "rateLimitExceeded" or "userRateLimitExceeded" => null,
        HttpStatusCode.Forbidden => DeckFault.AccessDenied,
        HttpStatusCode.NotFound => DeckFault.PresentationNotFound,
        null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => null,
        _ => DeckFault.Refused,
    };

    public static DeckException Explain(DeckFault fault, GoogleCallException failure, string what)
    {
        var message = fault switch
        {
            DeckFault.TokenExpired => $"Google no longer takes the access token; get a new one, or sign in with a service account, whose tokens are renewed. {failure.Message}",
            DeckFault.AccessDenied => $"The account may not do that with {what}; share it, and the folder that decks go to, with the account, or sign in with another one. {failure.Message}",
            DeckFault.PresentationNotFound => $"Google does not know {what}, or it is not shared with the account; check the id, which is the part of the address after '/d/'. {failure.Message}",
            _ => $"Google refused to work on {what}: {failure.Message}",
        };
        return new DeckException(fault, message, failure);
    }
}
