namespace BatchOps.Emulators.Google;

/// <summary>
/// What clients have asked for since the start or the last reset. A request is counted before the client has seen the end of
/// its answer.
/// </summary>
public sealed record GoogleStats
{
    /// <summary>Requests to methods of both services, known or not.</summary>
    public required long Requests { get; init; }

    /// <summary>By the method, as the discovery document names it; <c>unknown</c> are those that there are not.</summary>
    public required IReadOnlyDictionary<string, MethodStats> Methods { get; init; }

    /// <summary>At work right now.</summary>
    public required int Running { get; init; }

    /// <summary>Most requests at work at once, refused ones included.</summary>
    public required int PeakConcurrent { get; init; }

    /// <summary>Most batches at work at once, each on a presentation of its own.</summary>
    public required int PeakConcurrentWrites { get; init; }

    /// <summary>Sockets that requests came on.</summary>
    public required int Connections { get; init; }

    /// <summary>Requests whose body came compressed.</summary>
    public required long CompressedRequests { get; init; }

    /// <summary>Answers that went out compressed.</summary>
    public required long CompressedAnswers { get; init; }

    /// <summary>Batches that were applied.</summary>
    public required long AppliedWrites { get; init; }

    /// <summary>Batches that were refused for what they say (400), the stale ones included.</summary>
    public required long RejectedWrites { get; init; }

    /// <summary>Batches that were written for a revision that was no longer the latest.</summary>
    public required long StaleWrites { get; init; }

    /// <summary>Batches that came while another one was at work on the same presentation.</summary>
    public required long OverlappingWrites { get; init; }

    /// <summary>How often the same requests were applied to the same presentation once more.</summary>
    public required long DuplicateWrites { get; init; }

    /// <summary>How often each address was fetched for an image.</summary>
    public required IReadOnlyDictionary<string, int> ImageFetches { get; init; }

    /// <summary>How often each image was put into a presentation, by the SHA-256 of its bytes.</summary>
    public required IReadOnlyDictionary<string, int> Images { get; init; }

    /// <summary>How often each content was uploaded, by its SHA-256.</summary>
    public required IReadOnlyDictionary<string, int> Uploads { get; init; }

    /// <summary>How many copies were made with each app property, written <c>key=value</c>.</summary>
    public required IReadOnlyDictionary<string, int> Copies { get; init; }

    /// <summary>The ids of files that clients have shared with anyone, and that still are.</summary>
    public required IReadOnlyList<string> PublicFiles { get; init; }

    /// <summary>What was asked of a method.</summary>
    public MethodStats Of(string method) => Methods.GetValueOrDefault(method) ?? new MethodStats(0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>What was asked of a method. Each request of an upload in pieces is a call of <c>drive.files.create</c>.</summary>
/// <param name="Calls">All requests; those that are no longer at work are in one of the others.</param>
/// <param name="Ok">Answered as asked.</param>
/// <param name="Throttled">Refused for a quota, with 429 or 403.</param>
/// <param name="Refused">Refused with another 4xx.</param>
/// <param name="Failed">Answered with 5xx.</param>
/// <param name="Dropped">The connection was ended by the server.</param>
/// <param name="Stalled">Never answered, or not to the end.</param>
/// <param name="Abandoned">The client went away before the answer.</param>
public sealed record MethodStats(long Calls, long Ok, long Throttled, long Refused, long Failed, long Dropped, long Stalled, long Abandoned);
