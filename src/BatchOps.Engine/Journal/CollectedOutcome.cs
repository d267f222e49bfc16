namespace BatchOps.Engine;

/// <summary>How an item ended that a run which died had submitted.</summary>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
internal sealed record CollectedOutcome<TOutput>
{
    /// <summary><see cref="ItemStatus.Succeeded"/>, <see cref="ItemStatus.Failed"/> or <see cref="ItemStatus.TimedOut"/>.</summary>
    public required ItemStatus Status { get; init; }

    /// <summary>What the attempt yielded.</summary>
    public TOutput? Output { get; init; }

    /// <summary>Attempts that were started, this one included; 1 or more.</summary>
    public required int Attempts { get; init; }

    /// <summary>Time that they took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed; null after success.</summary>
    public Exception? Error { get; init; }

    /// <summary>Number of the submission that it answers: one before the last that the journal knows is refused. Default: not looked at.</summary>
    public long Epoch { get; init; } = long.MaxValue;
}
