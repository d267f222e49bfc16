using System.Management.Automation;

namespace BatchOps.PowerShell.Operations;

/// <summary>An item with what was made of it at intake.</summary>
internal interface IPreparedItem
{
    /// <summary>The item as it came.</summary>
    PSObject? Item { get; }

    /// <summary>What must not be worked on twice at once; null for no such thing.</summary>
    object? SerializeKey { get; }
}
