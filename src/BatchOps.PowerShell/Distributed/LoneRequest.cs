using BatchOps.Distributed;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>What a child process is told that runs one item alone.</summary>
internal sealed record LoneRequest
{
    /// <summary>The item.</summary>
    public required WorkMessage Work { get; init; }

    /// <summary>How often the broker had handed it out before.</summary>
    public required int Delivery { get; init; }

    /// <summary>Modules that every operation has.</summary>
    public required IReadOnlyList<ModuleReference> Modules { get; init; }

    /// <summary>The module that the command comes from; null for none.</summary>
    public ModuleReference? CommandModule { get; init; }

    /// <summary>The worker's own function that is the command; null when it comes from elsewhere.</summary>
    public ScriptText? CommandFunction { get; init; }

    /// <summary>The file that the result is to be written to.</summary>
    public required string ResultPath { get; init; }

    /// <summary>The process whose end ends the child too.</summary>
    public required int Parent { get; init; }
}
