namespace BatchOps.Emulators.Chat;

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
}
