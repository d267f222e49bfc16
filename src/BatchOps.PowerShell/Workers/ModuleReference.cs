namespace BatchOps.PowerShell.Workers;

/// <summary>A module that workers import.</summary>
/// <param name="Import">What Import-Module is given: a name or a path.</param>
/// <param name="Name">The module's name.</param>
/// <param name="Version">Its version; of a script file without one, a hash of its text.</param>
internal sealed record ModuleReference(string Import, string Name, string Version)
{
    /// <summary>Whether no other version of that name will do: on another machine there may be several.</summary>
    public bool IsExact { get; init; }

    /// <summary>The parameters of Import-Module.</summary>
    public Dictionary<string, object> ImportParameters => IsExact
        ? new(StringComparer.Ordinal) { ["Name"] = Import, ["RequiredVersion"] = System.Version.Parse(Version) }
        : new(StringComparer.Ordinal) { ["Name"] = Import };
}
