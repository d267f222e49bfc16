namespace BatchOps.Engine;

/// <summary>Where an item stands on its way.</summary>
internal enum ItemState
{
    /// <summary>Waits for admission.</summary>
    Ready,

    /// <summary>Set aside until its serialisation key is free.</summary>
    Parked,

    /// <summary>Waits for the item with the same key that runs in its place.</summary>
    Following,

    /// <summary>An attempt is at work.</summary>
    Running,

    /// <summary>An attempt failed; the next one is not due yet, or due and waiting for admission.</summary>
    Retrying,

    /// <summary>Ended while its work goes on and ignores its stop.</summary>
    Abandoned,

    /// <summary>Ended.</summary>
    Ended,
}
