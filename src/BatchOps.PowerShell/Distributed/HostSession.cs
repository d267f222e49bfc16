using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>What a worker's own session lends to the items that it runs, and what it lets them run.</summary>
internal sealed record HostSession
{
    /// <summary>The state of the session that called <c>Start-BatchWorker</c>.</summary>
    public required CallerState Caller { get; init; }

    /// <summary>Modules that every operation has.</summary>
    public IReadOnlyList<ModuleReference> Modules { get; init; } = [];

    /// <summary>Commands that may be run by name.</summary>
    public IReadOnlyDictionary<string, FoundCommand> Commands { get; init; } = new Dictionary<string, FoundCommand>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether script blocks that travel may be run.</summary>
    public bool AllowScriptBlock { get; init; }
}
