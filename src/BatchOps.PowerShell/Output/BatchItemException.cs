using System.Management.Automation;
using BatchOps.Engine;

namespace BatchOps;

/// <summary>An item that failed or timed out.</summary>
public sealed class BatchItemException : RuntimeException
{
    internal BatchItemException(string message, long index, int attempts, OutcomeReason reason, ErrorRecord? itemError, Exception? inner)
        : base(message, inner)
    {
        Index = index;
        Attempts = attempts;
        Reason = reason;
        ItemError = itemError;
    }

    /// <summary>The item's place in the input, from 0.</summary>
    public long Index { get; }

    /// <summary>Attempts that were started.</summary>
    public int Attempts { get; }

    /// <summary>Why the item did not simply run to its end.</summary>
    public OutcomeReason Reason { get; }

    /// <summary>The original error record of the last attempt; null when the item never ran.</summary>
    public ErrorRecord? ItemError { get; }
}
