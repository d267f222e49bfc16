using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>An attempt that was handed to the broker, until its outcome is here.</summary>
/// <param name="lease">The engine's part.</param>
/// <param name="identity">The item's name at the broker.</param>
/// <param name="input">The item as JSON.</param>
/// <param name="epoch">The attempt's first submission: what answers one before it is about an attempt that has ended.</param>
internal sealed class RemoteAttempt<TInput, TOutput>(Lease<TInput, TOutput> lease, string identity, string input, long epoch)
{
    private readonly TaskCompletionSource<AttemptOutcome<TOutput>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (long Epoch, int Delivery) _newest = (epoch, 0);

    public Lease<TInput, TOutput> Lease => lease;

    public string Identity => identity;

    /// <summary>The item as JSON.</summary>
    public string Input => input;

    /// <summary>Whether a worker has announced its start.</summary>
    public bool Started { get; private set; }

    /// <summary>The round of roll calls in which the broker had it for sure; null while it may not.</summary>
    public long? ConfirmedIn { get; set; }

    /// <summary>How much says that neither a queue nor a worker has it.</summary>
    public int Missed { get; set; }

    /// <summary>The queue that its result goes to; null when an earlier run had submitted it, and named one of its own.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>The outcome, when it is here.</summary>
    public Task<AttemptOutcome<TOutput>> Outcome => _outcome.Task;

    /// <summary>A worker says that it has started. False when another has started it later.</summary>
    public bool NoteStarted(AttemptMessage start)
    {
        lock (_outcome)
        {
            if (IsStale(start))
            {
                return false;
            }

            _newest = (start.Epoch, start.Delivery);
            Started = true;
            return true;
        }
    }

    /// <summary>Whether another worker has started the item since, or the attempt began later: whoever sends this had lost it.</summary>
    public bool IsStale(AttemptMessage message)
    {
        lock (_outcome)
        {
            return (message.Epoch, message.Delivery).CompareTo(_newest) < 0;
        }
    }

    /// <summary>What answers an earlier submission does not count.</summary>
    public void Expect(long submission)
    {
        lock (_outcome)
        {
            _newest = (submission, 0);
        }
    }

    /// <summary>Ends the attempt. False when it had ended.</summary>
    public bool TryEnd(in AttemptOutcome<TOutput> outcome) => _outcome.TrySetResult(outcome);
}
