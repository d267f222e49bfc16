using RabbitMQ.Client;

namespace BatchOps.Distributed;

/// <summary>One consumer of a queue, from its registration to its cancellation. It holds one message at a time.</summary>
internal sealed class Subscription(IChannel channel, string queue, int? partition, int number)
{
    private HeldDelivery? _held;
    private bool _served;
    private Task? _cancellation;

    public string Queue => queue;

    /// <summary>The partition of serialised items; null for the queue of all others.</summary>
    public int? Partition => partition;

    public string Tag { get; } = $"{queue}:{number}";

    /// <summary>Whether it takes nothing new because it ends.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>What the broker last handed out and has not got back.</summary>
    public HeldDelivery? Held
    {
        get
        {
            lock (channel)
            {
                return _held;
            }
        }
    }

    /// <summary>Whether it is known to be the queue's active consumer: the broker does not tell, but only that one gets messages, and it stays so.</summary>
    public bool IsServing
    {
        get
        {
            lock (channel)
            {
                return _served && !IsEnding;
            }
        }
    }

    /// <summary>Keeps a message; false when it is not to be started.</summary>
    public bool Hold(HeldDelivery held)
    {
        lock (channel)
        {
            _held = held;
            _served = true;
            return !IsEnding;
        }
    }

    public void Release(HeldDelivery held)
    {
        lock (channel)
        {
            // The next one may have come already.
            if (_held == held)
            {
                _held = null;
            }
        }
    }

    /// <summary>Takes nothing new; what waits is handed back.</summary>
    /// <returns>What is at work; null for nothing.</returns>
    public HeldDelivery? BeginEnd()
    {
        HeldDelivery? held;
        lock (channel)
        {
            IsEnding = true;
            held = _held;
        }

        return held?.End(EndReason.HandBack) == false && held.StartedAt is not null ? held : null;
    }

    /// <summary>Ends it at the broker, once. The next in line becomes active at once, whatever this one still holds.</summary>
    public Task CancelAsync()
    {
        lock (channel)
        {
            return _cancellation ??= channel.BasicCancelAsync(Tag);
        }
    }
}
