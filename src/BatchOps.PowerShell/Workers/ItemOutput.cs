using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>What an attempt yielded: output objects, and the records of the other streams in their order.</summary>
internal class ItemOutput(IReadOnlyList<PSObject> objects, IReadOnlyList<StreamRecord> records)
{
    public static readonly ItemOutput None = new([], []);

    public IReadOnlyList<PSObject> Objects { get; } = objects;

    public IReadOnlyList<StreamRecord> Records { get; } = records;

    /// <summary>The non-terminating errors among the records.</summary>
    public IEnumerable<ErrorRecord> Errors => Records.Where(static r => r.Stream == StreamKind.Error).Select(static r => (ErrorRecord)r.Record);
}
