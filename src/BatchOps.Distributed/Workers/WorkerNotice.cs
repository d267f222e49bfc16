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
