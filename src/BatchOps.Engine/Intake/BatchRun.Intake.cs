namespace BatchOps.Engine;

// How many items the run holds at once.
public abstract partial class BatchRun
{
    private readonly int _credits;
    private int _held;
    private TaskCompletionSource? _creditWaiter;

    /// <summary>Whether one more item may be posted now.</summary>
    public bool HasCredit => Volatile.Read(ref _held) < _credits;

    /// <summary>Waits until items may be posted again. One waiter at a time.</summary>
    internal ValueTask WaitForCreditAsync()
    {
        lock (Sync)
        {
            if (HasCredit)
            {
                return ValueTask.CompletedTask;
            }

            var waiter = _creditWaiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            // Credits are returned without the lock: look once more, now that the waiter can be seen.
            Interlocked.MemoryBarrier();
            if (HasCredit)
            {
                WakeIntake();
            }

            return new(waiter.Task);
        }
    }

    /// <summary>Takes up to so many credits, as many as there are. Only the one thread that posts takes any.</summary>
    private protected int TakeCredits(int wanted)
    {
        var taken = Math.Min(wanted, _credits - Volatile.Read(ref _held));
        if (taken > 0)
        {
            Interlocked.Add(ref _held, taken);
        }

        return Math.Max(0, taken);
    }

    /// <summary>Outcomes left the engine.</summary>
    private protected void ReturnCredits(int count)
    {
        Summary.NoteEmitted(count);
        var held = Interlocked.Add(ref _held, -count);

        // Half a window at a time, for a waiter that is woken for every single credit costs more than the items; but no
        // credit lies idle while there is nothing new to start.
        if (_creditWaiter is not null && (held <= _credits / 2 || _new.Count == 0))
        {
            lock (Sync)
            {
                WakeIntake();
            }
        }
    }

    /// <summary>Nothing new waits to be started. Under the lock.</summary>
    private void NoteRanDry()
    {
        if (_creditWaiter is null)
        {
            return;
        }

        // As above: either this sees the credit, or who returns it sees that nothing new is there.
        Interlocked.MemoryBarrier();
        if (HasCredit)
        {
            WakeIntake();
        }
    }

    private void WakeIntake()
    {
        _creditWaiter?.TrySetResult();
        _creditWaiter = null;
    }
}
