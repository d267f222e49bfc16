using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>An attempt that was handed to the broker, until its outcome is here.</summary>
internal sealed class RemoteAttempt<TInput, TOutput>(Lease<TInput, TOutput> lease, string identity, string input)
{
    private readonly TaskCompletionSource<AttemptOutcome<TOutput>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Epoch, int Delivery) _newest;

    public Lease<TInput, TOutput> Lease => lease;

    public string Identity => identity;

    /// <summary>The item as JSON.</summary>
    public string Input => input;

    /// <summary>Whether a worker has announced its start.</summary>
    public bool Started { get; private set; }

    /// <summary>The round of roll calls in which the broker had it for sure; null while it may not.</summary>
    public long? ConfirmedIn { get; set; }

    /// <summary>Rounds in a row in which neither a queue nor a worker had it.</summary>
    public int Missed { get; set; }

    /// <summary>Whether an earlier run had submitted it.</summary>
    public bool Adopted { get; set; }

    /// <summary>The outcome, when it is here.</summary>
    public Task<AttemptOutcome<TOutput>> Outcome => _outcome.Task;

    /// <summary>A worker says that it has started. False when another has started it later.</summary>
    public bool NoteStarted(AttemptMessage start)
    {
        if (IsStale(start))
        {
            return false;
        }

        _newest = (start.Epoch, start.Delivery);
        Started = true;
        return true;
    }

    /// <summary>Whether another worker has started the item since: whoever sends this had lost it.</summary>
    public bool IsStale(AttemptMessage message) => (message.Epoch, message.Delivery).CompareTo(_newest) < 0;

    /// <summary>Ends the attempt. False when it had ended.</summary>
    public bool TryEnd(in AttemptOutcome<TOutput> outcome) => _outcome.TrySetResult(outcome);
}
