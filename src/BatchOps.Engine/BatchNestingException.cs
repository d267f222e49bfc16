namespace BatchOps.Engine;

/// <summary>An item started a run on the throttle or on the key that the item itself holds: waiting for it would never end.</summary>
public sealed class BatchNestingException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is held, and the remedy.</param>
    public BatchNestingException(string message)
        : base(message)
    {
    }
}
