namespace BatchOps.Emulators.Chat;

/// <summary>
/// What clients have asked for since the start or the last reset. Every request to <c>/v1/chat/completions</c> that is no
/// longer running is in exactly one of Ok, Rejected429, Failed5xx, Dropped, Broken, Refused4xx, Abandoned, and is counted
/// there before the client has seen the end of the answer.
/// </summary>
public sealed record ChatStats
{
    public required long Requests { get; init; }

    /// <summary>Answered with 200 and the whole body, slow and cut answers included.</summary>
    public required long Ok { get; init; }

    public required long Rejected429 { get; init; }

    public required long Failed5xx { get; init; }

    /// <summary>The connection was ended by the server.</summary>
    public required long Dropped { get; init; }

    /// <summary>Answered with 200 and a body that is not JSON.</summary>
    public required long Broken { get; init; }

    /// <summary>400, 401, 404.</summary>
    public required long Refused4xx { get; init; }

    /// <summary>The client went away before the answer.</summary>
    public required long Abandoned { get; init; }

    /// <summary>At work right now.</summary>
    public required int Running { get; init; }

    /// <summary>Most requests at work at once, refused ones included.</summary>
    public required int PeakConcurrent { get; init; }

    /// <summary>Tokens of all answers that a model made, whether or not they arrived whole: what a bill would hold.</summary>
    public required long PromptTokens { get; init; }

    /// <inheritdoc cref="PromptTokens"/>
    public required long CompletionTokens { get; init; }

    public required long TotalTokens { get; init; }

    /// <summary>Different bodies that were sent.</summary>
    public required int DistinctBodies { get; init; }

    /// <summary>By the first 16 hexadecimal digits of the SHA-256 of a request's body.</summary>
    public required IReadOnlyDictionary<string, BodyStats> Bodies { get; init; }
}

/// <param name="Requests">How often this body was sent.</param>
/// <param name="Answered">How often it was answered with 200 and a whole body.</param>
public sealed record BodyStats(int Requests, int Answered);
