using System.Net.Http.Headers;

namespace BatchOps.Slides.Google.Http;

/// <summary>What went over the wire for one call; of a large upload, for its last piece.</summary>
/// <param name="deck">On whose behalf.</param>
internal sealed class CallExchange(DeckCalls deck)
{
    private static readonly AsyncLocal<CallExchange?> Flow = new();

    /// <summary>The call that the code at work belongs to.</summary>
    public static CallExchange? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    /// <summary>Where it went; null while nothing was sent.</summary>
    public Uri? Address { get; private set; }

    /// <summary>The answer's wish to be left alone for a while.</summary>
    public RetryConditionHeaderValue? RetryAfter { get; private set; }

    /// <summary>The server's clock when it answered.</summary>
    public DateTimeOffset? Date { get; private set; }

    public void Sent(HttpRequestMessage request)
    {
        deck.CountCall();
        Address = request.RequestUri;
        RetryAfter = null;
        Date = null;
    }

    public void Answered(HttpResponseMessage response)
    {
        RetryAfter = response.Headers.RetryAfter;
        Date = response.Headers.Date;
    }
}
