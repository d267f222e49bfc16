namespace BatchOps.Engine;

/// <summary>What charts need of an item: few bytes, since there is one for each.</summary>
/// <param name="Start">Seconds from the run's start to the item's first attempt; NaN when it never started.</param>
/// <param name="End">Seconds from the run's start to the item's end; NaN while it has not ended.</param>
/// <param name="Worked">Seconds that its attempts took.</param>
/// <param name="Waited">Seconds in which no attempt was at work.</param>
/// <param name="Worker">The worker that had its last attempt; 0 when none is known.</param>
/// <param name="Attempts">Attempts that were started.</param>
/// <param name="Outcome">How it ended.</param>
internal readonly record struct ItemSpan(float Start, float End, float Worked, float Waited, int Worker, int Attempts, ReportedOutcome Outcome)
{
    public bool Started => !float.IsNaN(Start);

    public bool Ended => !float.IsNaN(End);

    /// <summary>
    /// The time in which the worker was busy with it. Of an item with several attempts the journal knows their sum and
    /// the end of the last one: what is shown ends there and is as long as their mean.
    /// </summary>
    public (double From, double To) LastAttempt(double runEnd)
    {
        var to = Ended ? End : runEnd;
        return Attempts > 1 && Ended ? (Math.Max(Start, to - (Worked / Attempts)), to) : (Start, Math.Max(Start, to));
    }
}
