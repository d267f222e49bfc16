namespace BatchOps.Distributed;

/// <summary>What is done to an item, as a worker is told.</summary>
public sealed record OperationMessage
{
    /// <summary>The name of a command that the worker has itself; null for a script block that travels in <see cref="Definition"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Two operations of one hash do the same.</summary>
    public required string Hash { get; init; }

    /// <summary>The command's parameters, or the script block and the values that it uses, as JSON.</summary>
    public required string Definition { get; init; }
}
