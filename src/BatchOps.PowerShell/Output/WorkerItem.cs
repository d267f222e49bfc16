using BatchOps.Distributed;

namespace BatchOps;

/// <summary>An item that a worker holds.</summary>
public sealed class WorkerItem
{
    internal WorkerItem(HeldItem item)
    {
        RunId = item.Attempt.Run;
        Index = item.Attempt.Index;
        Attempt = item.Attempt.Attempt;
        Key = item.Key;
        Operation = item.Operation;
        Seconds = item.Seconds;
    }

    /// <summary>The run that it belongs to.</summary>
    public Guid RunId { get; }

    /// <summary>Its place in that run's input, from 0.</summary>
    public long Index { get; }

    /// <summary>The number of the attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>Its key; null when it has none.</summary>
    public string? Key { get; }

    /// <summary>What is done to it: a command's name, or the first of a script's hash.</summary>
    public string Operation { get; }

    /// <summary>For how long it has been at work, in seconds; null while it waits to start.</summary>
    public double? Seconds { get; }

    /// <summary>The item, for lists.</summary>
    public override string ToString() => $"#{Index} {Key} ({Operation})";
}
