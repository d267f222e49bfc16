namespace BatchOps.Distributed;

/// <summary>Who a worker is.</summary>
public sealed record WorkerName
{
    /// <summary>Random, new with each start of a worker.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The machine that it runs on.</summary>
    public required string Host { get; init; }

    /// <summary>Its process there.</summary>
    public required int ProcessId { get; init; }

    /// <summary>A name for this process.</summary>
    /// <param name="name">What people shall call it; null for machine and process.</param>
    public static WorkerName New(string? name = null) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Name = name ?? $"{Environment.MachineName}:{Environment.ProcessId}",
        Host = Environment.MachineName,
        ProcessId = Environment.ProcessId,
    };
}
