namespace BatchOps.Distributed;

/// <summary>Something of a worker that is worth telling.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">What happened, in a sentence.</param>
public sealed record WorkerNotice(WorkerNoticeKind Kind, string Message)
{
    /// <summary>The attempt that it is about; null for none.</summary>
    public AttemptMessage? Attempt { get; init; }

    /// <summary>What was thrown; null for nothing.</summary>
    public Exception? Error { get; init; }
}

/// <summary>What a worker's notice is about.</summary>
public enum WorkerNoticeKind
{
    /// <summary>It is connected and takes work.</summary>
    Connected,

    /// <summary>The broker is away, or the connection broke: what was at work is stopped, and the worker connects again.</summary>
    ConnectionLost,

    /// <summary>A message was not run.</summary>
    Refused,

    /// <summary>A result can't be delivered for now; it is tried again.</summary>
    ResultDelayed,

    /// <summary>The broker has the result of an attempt; its message is given up next.</summary>
    Finished,

    /// <summary>It has ended as it was told to.</summary>
    Drained,
}
