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

    private protected bool TryTakeCredit()
    {
        if (!HasCredit)
        {
            return false;
        }

        Interlocked.Increment(ref _held);
        return true;
    }

    /// <summary>Outcomes left the engine.</summary>
    private protected void ReturnCredits(int count)
    {
        Summary.NoteEmitted(count);
        var held = Interlocked.Add(ref _held, -count);

        // Half a window at a time: a waiter that is woken for every single credit costs more than the items.
        if (_creditWaiter is not null && held <= _credits / 2)
        {
            lock (Sync)
            {
                WakeIntake();
            }
        }
    }

    private void WakeIntake()
    {
        _creditWaiter?.TrySetResult();
        _creditWaiter = null;
    }
}
