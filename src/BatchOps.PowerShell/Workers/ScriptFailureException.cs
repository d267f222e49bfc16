using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>Carries the error record of an attempt that failed through the engine.</summary>
internal sealed class ScriptFailureException(ErrorRecord record) : Exception(record.ToString(), record.Exception)
{
    public ErrorRecord Record { get; } = record;
}
