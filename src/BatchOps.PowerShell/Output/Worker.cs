using BatchOps.Distributed;

namespace BatchOps;

/// <summary>A worker of a broker, as it answered.</summary>
public sealed class Worker
{
    internal Worker(PresenceMessage presence)
    {
        Name = presence.Worker.Name;
        Host = presence.Worker.Host;
        ProcessId = presence.Worker.ProcessId;
        ThrottleLimit = presence.ThrottleLimit;
        Succeeded = presence.Succeeded;
        Failed = presence.Failed;
        StartedAt = presence.StartedAt.LocalDateTime;
        Draining = presence.Draining;
        SharesRates = presence.SharesRates;
        Partitions = [.. presence.Partitions];
        Items = [.. presence.Items.Select(static item => new WorkerItem(item))];
        AtWork = Items.Count(static item => item.Seconds is not null);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>The machine that it runs on.</summary>
    public string Host { get; }

    /// <summary>Its process there.</summary>
    public int ProcessId { get; }

    /// <summary>Most items that it has at work at once.</summary>
    public int ThrottleLimit { get; }

    /// <summary>Items that it has at work.</summary>
    public int AtWork { get; }

    /// <summary>Attempts that it has ended with success.</summary>
    public long Succeeded { get; }

    /// <summary>Attempts that it has ended without.</summary>
    public long Failed { get; }

    /// <summary>When it started, in local time.</summary>
    public DateTime StartedAt { get; }

    /// <summary>Whether it takes nothing new because it is about to end.</summary>
    public bool Draining { get; }

    /// <summary>Whether it is the one that shares out rate limits.</summary>
    public bool SharesRates { get; }

    /// <summary>Partitions of serialised items that it serves.</summary>
    public int[] Partitions { get; }

    /// <summary>What it holds.</summary>
    public WorkerItem[] Items { get; }
}
