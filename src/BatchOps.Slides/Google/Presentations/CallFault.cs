using System.Net;
using BatchOps.Engine;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Says what a refusal that no repetition changes means for a deck.</summary>
internal static class CallFault
{
    /// <summary>The fault; null when the failure is none of Google's, or the call may succeed later.</summary>
    public static DeckFault? Of(Exception failure) => failure is not GoogleCallException { StatusCode: { } status } || failure.Data[OutcomeClassifier.ClassKey] is OutcomeClass.Throttled or OutcomeClass.Transient
        ? null
        : status switch
        {
            HttpStatusCode.Unauthorized => DeckFault.TokenExpired,
            HttpStatusCode.Forbidden => DeckFault.AccessDenied,
            HttpStatusCode.NotFound => DeckFault.PresentationNotFound,
            HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => null,
            _ => DeckFault.Refused,
        };

    /// <summary>Makes the exception that ends the deck.</summary>
    /// <param name="failure">The refusal.</param>
    /// <param name="unread">The file that could not be read as a presentation yet, which may be none.</param>
    /// <param name="files">Where files are looked up.</param>
    /// <param name="calls">On whose behalf.</param>
    public static async Task<DeckException> ExplainAsync(Exception failure, string? unread, DriveFiles files, DeckCalls calls)
    {
        var fault = Of(failure)!.Value;
        if (fault == DeckFault.Refused && unread is not null)
        {
            try
            {
                // Slides only says that it can't work with the file; Drive knows what it is.
                await files.GetPresentationAsync(unread, calls).ConfigureAwait(false);
            }
            catch (DeckException better)
            {
                return better;
            }
            catch (Exception unknown) when (unknown is HttpRequestException or TimeoutException)
            {
                // Then what Slides said has to do.
            }
        }

        return new DeckException(fault, failure.Message, failure);
    }
}
