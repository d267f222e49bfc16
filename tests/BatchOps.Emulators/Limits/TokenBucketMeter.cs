namespace BatchOps.Emulators.Limits;

/// <summary>A bucket that refills evenly. It counts in ticks, the time that one unit takes to come back, and so is exact.</summary>
internal sealed class TokenBucketMeter(long limit, TimeSpan window) : IMeter
{
    // What is missing, as limit x ticks: a tick of time gives back limit units / window ticks.
    private Int128 _missing;
    private TimeSpan _at;

    public long Limit => limit;

    public TimeSpan WaitFor(long amount, TimeSpan now)
    {
        Refill(now);
        return TimeFor(_missing + ((Int128)amount * window.Ticks) - ((Int128)limit * window.Ticks));
    }

    public void Take(long amount, TimeSpan now)
    {
        Refill(now);
        _missing += (Int128)amount * window.Ticks;
    }

    public long Remaining(TimeSpan now)
    {
        Refill(now);
        return limit - (long)((_missing + window.Ticks - 1) / window.Ticks);
    }

    public TimeSpan FullIn(TimeSpan now)
    {
        Refill(now);
        return TimeFor(_missing);
    }

    private TimeSpan TimeFor(Int128 units) => units <= 0 ? TimeSpan.Zero : new TimeSpan((long)((units + limit - 1) / limit));

    private void Refill(TimeSpan now)
    {
        _missing = Int128.Max(0, _missing - ((Int128)(now - _at).Ticks * limit));
        _at = now;
    }
}
