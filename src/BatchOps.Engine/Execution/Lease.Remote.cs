namespace BatchOps.Engine;

// What an executor whose workers are elsewhere tells the engine and asks of it (see BatchOptions.Remote).
public abstract partial class Lease
{
    private static readonly Action AlreadyCommitted = static () => { };

    // The executor's, or AlreadyCommitted.
    private Action? _onCommitted;

    /// <summary>How often the item was started since the last outcome of an attempt, in this run and in earlier ones of the batch that died.</summary>
    /// <value>0 or more. Counted with <see cref="BatchOptions.Remote"/> only, else 0. More than 1 says that workers ended without a word while they had it.</value>
    public int Starts { get; internal set; }

    /// <summary>Number of the item's last submission, from 1; it goes on from what the journal holds of the batch. 0 without <see cref="BatchOptions.Remote"/>.</summary>
    /// <remarks>The first submission of a run has its number already when the lease is taken, and with a journal the disk has it too.</remarks>
    internal long Epoch { get; set; }

    /// <summary>Whether an earlier run of the batch that died had submitted the item, and the journal knows no outcome: its message may still be on its way, under the same <see cref="Epoch"/>.</summary>
    internal bool Submitted { get; set; }

    /// <summary>Whether what it takes to start was taken.</summary>
    internal bool IsReserved { get; set; }

    /// <summary>Says that a worker has started the attempt: its time, and the item's, runs from then on.</summary>
    /// <remarks>May be called again for the same attempt when it was taken back from a worker and is started elsewhere; the attempt's time then counts anew.</remarks>
    /// <param name="worker">The worker's number, from 1.</param>
    /// <param name="ago">How long it had been at work when it said so.</param>
    internal void NoteStarted(int worker, TimeSpan ago = default) => Run.NoteStarted(this, worker, ago);

    /// <summary>Says how long an attempt took that ends before its start was announced. Nothing when it was.</summary>
    /// <param name="duration">Time at work, as the worker measured it.</param>
    internal void NoteDuration(TimeSpan duration) => Run.NoteDuration(this, duration);

    /// <summary>Takes the number of another submission; the journal has it soon.</summary>
    internal long NextEpoch()
    {
        lock (Run.Sync)
        {
            Epoch++;
            if (Entry is { } entry)
            {
                Run.Journal!.NoteSubmitted(entry);
            }

            return Epoch;
        }
    }

    /// <summary>Says that a worker has ended the attempt for taking longer than <see cref="BatchOptions.AttemptTimeout"/>; its outcome follows.</summary>
    internal void NoteTimedOut() => Run.NoteTimedOut(this);

    /// <summary>Tells the attempt at work to stop, as a cancellation of this item only does: the item ends as <see cref="ItemStatus.Canceled"/>, and the run goes on.</summary>
    internal void StopAttempt() => Run.StopAttempt(this);

    /// <summary>Sets what is called once when the outcome of this attempt can't be lost any more. With <see cref="BatchOptions.Remote"/> only.</summary>
    /// <remarks>
    /// That is when the item's outcome is on the disk; without a journal when it is handed out; when another attempt
    /// follows, at once. When the journal fails, it is never called. Set before the lease is completed. Called without a
    /// lock, on a thread that has other work to do: it must neither block nor throw.
    /// </remarks>
    internal void OnCommitted(Action action)
    {
        if (ReferenceEquals(Interlocked.Exchange(ref _onCommitted, action), AlreadyCommitted))
        {
            // The attempt was abandoned and the item has ended without it.
            _onCommitted = AlreadyCommitted;
            action();
        }
    }

    /// <summary>The outcome of the item is there to stay. Without a lock.</summary>
    internal void NoteCommitted() => Interlocked.Exchange(ref _onCommitted, AlreadyCommitted)?.Invoke();

    /// <summary>Another attempt follows: what is to be called for the one that ended.</summary>
    internal Action? TakeOnCommitted() => Interlocked.Exchange(ref _onCommitted, value: null);
}
