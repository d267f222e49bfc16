namespace BatchOps.Emulators.Limits;

/// <summary>Counts one thing against its limit. Times are those since the start, and never go back.</summary>
internal interface IMeter
{
    long Limit { get; }

    /// <summary>How long until so much more fits; zero when it fits now.</summary>
    TimeSpan WaitFor(long amount, TimeSpan now);

    void Take(long amount, TimeSpan now);

    long Remaining(TimeSpan now);

    /// <summary>How long until all of the limit is free again.</summary>
    TimeSpan FullIn(TimeSpan now);

    /// <summary>A limit a minute, measured over a window that holds its part of it, at least 1; null when there is none (0).</summary>
    static IMeter? Of(int aMinute, TimeSpan window, QuotaKind kind)
    {
        if (aMinute == 0)
        {
            return null;
        }

        var limit = Math.Max(1, (long)(aMinute * (window / TimeSpan.FromMinutes(1))));
        return kind == QuotaKind.SlidingWindow ? new SlidingWindowMeter(limit, window) : new TokenBucketMeter(limit, window);
    }
}
