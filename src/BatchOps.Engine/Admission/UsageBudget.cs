namespace BatchOps.Engine;

/// <summary>Units that a batch may spend. They are reserved before an item starts and stay so across its retries.</summary>
/// <remarks>Given back by items that failed or never started; spent by those that succeeded, timed out or were canceled at work. Guarded by the throttle's lock.</remarks>
internal sealed class UsageBudget(double limit, double spentBefore)
{
    // Sums of fractions must not make the last unit unusable.
    private const double Rounding = 1e-9;

    /// <summary>Units spent or held.</summary>
    public double Taken { get; private set; } = spentBefore;

    /// <summary>Items that hold units and have not ended.</summary>
    public int Holders { get; private set; }

    /// <summary>Takes units, less those that are held for the item already. False when they are not there.</summary>
    public bool TryTake(double units, double held)
    {
        if (Taken + units - held > limit + Rounding)
        {
            return false;
        }

        Taken += units - held;
        Holders++;
        return true;
    }

    /// <summary>An item that held units has ended and gives so many back.</summary>
    public void Settle(double unused)
    {
        Holders--;
        Taken -= unused;
    }
}
