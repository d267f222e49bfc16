namespace BatchOps.Engine;

/// <summary>Calls inside attempts that wait for one named limit, first come first served. Guarded by the throttle's lock.</summary>
internal sealed class CallQueue(RateLimiter limiter)
{
    public RateLimit Limit => limiter.Limit;

    private readonly Queue<(TaskCompletionSource Waiter, double Weight)> _waiting = new();

    public TaskCompletionSource Add(double weight)
    {
        // Continuations must not run under the throttle's lock.
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((waiter, weight));
        return waiter;
    }

    /// <summary>Lets through what may go now; returns when to look again.</summary>
    public long Pump(long now, long gate)
    {
        while (_waiting.TryPeek(out var next))
        {
            if (!next.Waiter.Task.IsCompleted)
            {
                var readyAt = Math.Max(gate, limiter.ReadyAt(next.Weight, now));
                if (readyAt > now)
                {
                    return readyAt;
                }

                if (next.Waiter.TrySetResult())
                {
                    limiter.Take(next.Weight, now);
                }
            }

            _waiting.Dequeue();
        }

        return Clock.Never;
    }
}
