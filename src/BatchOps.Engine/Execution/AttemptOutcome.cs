namespace BatchOps.Engine;

/// <summary>How one attempt ended, as an executor reports it.</summary>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public readonly record struct AttemptOutcome<TOutput>
{
    /// <summary>What the end says about item and service.</summary>
    public OutcomeClass Class { get; init; }

    /// <summary>What the attempt yielded; of a failed attempt it is kept only when it was the last.</summary>
    public TOutput? Output { get; init; }

    /// <summary>Why the attempt failed; null after success.</summary>
    public Exception? Error { get; init; }

    /// <summary>How long the server asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the failure said about the service's limit; an adaptive limit goes by it.</summary>
    public LimitSignal Signal { get; init; }

    /// <summary>An attempt that did its work.</summary>
    /// <param name="output">What it yielded.</param>
    public static AttemptOutcome<TOutput> Succeeded(TOutput? output) => new() { Class = OutcomeClass.Success, Output = output };

    /// <summary>An attempt that failed, classified by <see cref="OutcomeClassifier"/>.</summary>
    /// <param name="error">Why.</param>
    /// <param name="output">What it had yielded before; null for nothing.</param>
    public static AttemptOutcome<TOutput> Failed(Exception error, TOutput? output = default)
    {
        var (outcome, retryAfter) = OutcomeClassifier.Classify(error);
        return new() { Class = outcome, Error = error, RetryAfter = retryAfter, Signal = OutcomeClassifier.SignalOf(error, outcome, retryAfter), Output = output };
    }
}
