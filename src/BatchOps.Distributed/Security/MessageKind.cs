namespace BatchOps.Distributed;

/// <summary>What a message is for. What is signed as one kind is not accepted as another.</summary>
internal enum MessageKind
{
    /// <summary>An item, from submitter to worker.</summary>
    Work,

    /// <summary>An outcome, from worker to submitter.</summary>
    Result,

    /// <summary>A command to all workers.</summary>
    Control,

    /// <summary>A request for a share of a rate, or the share.</summary>
    Rates,

    /// <summary>A roll call, or the answer.</summary>
    Roll,
}
