namespace BatchOps.Engine;

/// <summary>What came of trying to start an item.</summary>
internal enum Admission
{
    /// <summary>A lease was handed out.</summary>
    Granted,

    /// <summary>The run has nothing that may start, or nobody to take it.</summary>
    NothingToStart,

    /// <summary>The run has an item and a taker, but the throttle admits nothing of that cost now.</summary>
    ThrottleBusy,
}
