namespace BatchOps.Slides.Google.Http;

/// <summary>What went over the wire for one call; of a large upload, for its last piece.</summary>
internal sealed class CallExchange(DeckCalls deck)
{
    private static readonly AsyncLocal<CallExchange?> Flow = new();

    /// <summary>The call that the code at work belongs to.</summary>
    public static CallExchange? Current
    {
        get => Flow.Value;
        set => Flow.Value = value;
    }

    public HttpMethod? Method { get; private set; }

    /// <summary>Where it went, without the query.</summary>
    public string Path { get; private set; } = "";

    public string Host { get; private set; } = "";

    /// <summary>How long the answer's header asks to wait.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>The server's clock when it answered.</summary>
    public DateTimeOffset? Date { get; private set; }

    public void Sent(HttpRequestMessage request)
    {
        var address = request.RequestUri!;
        deck.CountCall();
        Method = request.Method;
        Path = address.AbsolutePath;
        Host = address.Authority;
        RetryAfter = null;
        Date = null;
    }

    public void Answered(HttpResponseMessage response)
    {
        Date = response.Headers.Date;
        RetryAfter = response.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - (Date ?? DateTimeOffset.UtcNow)) : null;
    }
}
