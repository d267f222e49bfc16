namespace BatchOps.Emulators.Limits;

/// <summary>Remembers what was taken in the window that ends now.</summary>
internal sealed class SlidingWindowMeter(long limit, TimeSpan window) : IMeter
{
    private readonly Queue<(TimeSpan At, long Amount)> _taken = new();
    private long _sum;
    private TimeSpan _last;

    public long Limit => limit;

    public TimeSpan WaitFor(long amount, TimeSpan now)
    {
        Forget(now);
        var over = _sum + amount - limit;
        foreach (var (at, taken) in _taken)
        {
            if (over <= 0)
            {
                break;
            }

            over -= taken;
            if (over <= 0)
            {
                return at + window - now;
            }
        }

        return TimeSpan.Zero;
    }

    public void Take(long amount, TimeSpan now)
    {
        _taken.Enqueue((now, amount));
        _sum += amount;
        _last = now;
    }

    public long Remaining(TimeSpan now)
    {
        Forget(now);
        return limit - _sum;
    }

    public TimeSpan FullIn(TimeSpan now)
    {
        Forget(now);
        return _taken.Count == 0 ? TimeSpan.Zero : _last + window - now;
    }

    private void Forget(TimeSpan now)
    {
        while (_taken.TryPeek(out var oldest) && oldest.At + window <= now)
        {
            _sum -= _taken.Dequeue().Amount;
        }
    }
}
