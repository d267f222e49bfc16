using System.Management.Automation;
using BatchOps.PowerShell.Output;

namespace BatchOps.PowerShell.Workers;

/// <summary>A worker could not be made ready; no item could have run.</summary>
internal sealed class WorkerSetupException(string what, RuntimeException inner)
    : Exception($"A worker could not be made ready: {what} failed: {inner.ErrorRecord.Exception.Message}{ItemErrors.Position(inner.ErrorRecord)}", inner)
{
    /// <summary>What failed, with its position.</summary>
    public ErrorRecord Cause { get; } = inner.ErrorRecord;
}
