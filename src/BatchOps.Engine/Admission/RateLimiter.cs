namespace BatchOps.Engine;

/// <summary>
/// Paces starts under a <see cref="RateLimit"/>. A token bucket spreads them evenly (refill: used share / window);
/// a sliding window bounds them: in no window of the stated length is more taken than the used share.
/// </summary>
/// <remarks>
/// The bucket alone would allow burst + refill, which is more than the used share in the first window.
/// A cost above the burst takes the bucket into debt, so that heavy items are paced by their weight.
/// A single start whose cost is above the used share is let through when nothing else stands in the window.
/// Not thread-safe: guarded by the throttle's lock.
/// </remarks>
internal sealed class RateLimiter
{
    // Starts that lie closer together than window / 1024 share an entry, so that memory is bounded.
    private const int Slots = 1024;

    // A timer fires late by up to its resolution (15.6 ms on Windows). What was refilled meanwhile must not be lost, or a
    // fast rate could not be kept; at a slow one it is less than a token.
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(16);

    private readonly Clock _clock;
    private readonly double _refillPerTick;
    private readonly double _depth;
    private readonly long _windowTicks;
    private readonly long _slotTicks;
    private readonly Queue<(long At, double Cost)> _closed = new();
    private (long At, double Cost) _open;
    private long _openedAt;
    private double _inWindow;
    private double _tokens;
    private long _refilledAt;

    public RateLimiter(RateLimit limit, Clock clock)
    {
        _clock = clock;
        Limit = limit;
        _windowTicks = clock.After(0, limit.Window);
        _slotTicks = _windowTicks / Slots;
        _refillPerTick = limit.Used / _windowTicks;
        _depth = limit.Burst + (_refillPerTick * clock.After(0, TimerResolution));
        _tokens = limit.Burst;
        _refilledAt = clock.Now;
    }

    public RateLimit Limit { get; }

    /// <summary>When <paramref name="cost"/> units can be taken: now or earlier means at once.</summary>
    public long ReadyAt(double cost, long now)
    {
        Advance(now);
        return Math.Max(PacedAt(cost, now), RoomAt(cost, now));
    }

    public void Take(double cost, long now)
    {
        _tokens -= cost;
        _inWindow += cost;
        if (_open.Cost > 0 && now - _openedAt <= _slotTicks)
        {
            // Counted from its latest start: an entry leaves the window late, never early.
            _open = (now, _open.Cost + cost);
            return;
        }

        if (_open.Cost > 0)
        {
            _closed.Enqueue(_open);
        }

        _open = (now, cost);
        _openedAt = now;
    }

    private void Advance(long now)
    {
        if (now > _refilledAt)
        {
            _tokens = Math.Min(_depth, _tokens + ((now - _refilledAt) * _refillPerTick));
            _refilledAt = now;
        }

        while (_closed.TryPeek(out var entry) && now - entry.At >= _windowTicks)
        {
            _inWindow -= _closed.Dequeue().Cost;
        }

        if (_open.Cost > 0 && now - _open.At >= _windowTicks)
        {
            _open = default;
        }

        if (_closed.Count == 0 && _open.Cost == 0)
        {
            // Rounding must not add up over days.
            _inWindow = 0;
        }
    }

    private long PacedAt(double cost, long now)
    {
        var missing = Math.Min(cost, Limit.Burst) - _tokens;

        // A thousandth of a token is below any rounding that matters and saves a second wake-up.
        return missing <= 0.001 ? now : now + Math.Max(1, (long)Math.Ceiling(missing / _refillPerTick));
    }

    private long RoomAt(double cost, long now)
    {
        var excess = _inWindow + cost - Limit.Used;
        if (excess <= 1e-9 || _inWindow == 0)
        {
            return now;
        }

        var at = now;
        foreach (var entry in _closed)
        {
            at = entry.At + _windowTicks;
            excess -= entry.Cost;
            if (excess <= 1e-9)
            {
                return at;
            }
        }

        return _open.Cost > 0 ? _open.At + _windowTicks : at;
    }
}
