namespace BatchOps.Distributed;

/// <summary>A message that the broker has handed to this worker, from then until it is given up.</summary>
internal sealed class HeldDelivery(WorkMessage message, int delivery, ulong tag, Subscription source, long since)
{
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private EndReason _reason;
    private long? _startedAt;

    public WorkMessage Message => message;

    /// <summary>How often the broker had handed it out before.</summary>
    public int Delivery => delivery;

    public ulong Tag => tag;

    public Subscription Source => source;

    /// <summary>When it came, as a timestamp.</summary>
    public long Since => since;

    public AttemptMessage Attempt { get; } = AttemptMessage.Of(message, delivery);

    /// <summary>Canceled when there is a reason to end it.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Ends when the worker holds it no more.</summary>
    public Task Done => _done.Task;

    public EndReason Reason
    {
        get
        {
            lock (_ended)
            {
                return _reason;
            }
        }
    }

    /// <summary>When it got its place, as a timestamp.</summary>
    public long PlacedAt { get; set; }

    /// <summary>When it started, as a timestamp; null while it waits.</summary>
    public long? StartedAt
    {
        get
        {
            lock (_ended)
            {
                return _startedAt;
            }
        }
    }

    /// <summary>Starts it, unless there is a reason not to.</summary>
    public bool TryStart(long now)
    {
        lock (_ended)
        {
            if (_reason != EndReason.None)
            {
                return false;
            }

            _startedAt = now;
            return true;
        }
    }

    /// <summary>Ends it; the first reason stands, but for the connection's loss. What is at work is not handed back.</summary>
    /// <returns>Whether the reason was taken.</returns>
    public bool End(EndReason reason)
    {
        lock (_ended)
        {
            if ((_reason != EndReason.None && reason != EndReason.Lost) || (reason == EndReason.HandBack && _startedAt is not null))
            {
                return false;
            }

            _reason = reason;
        }

        // What hears of it may take its time.
        _ = _ended.CancelAsync();
        return true;
    }

    public void SetDone() => _done.TrySetResult();
}
