using System.Management.Automation;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Output;

/// <summary>Where items are written: the two ways out of a run, the pipeline and a job.</summary>
internal interface IItemStreams
{
    void WriteObject(object? value);

    void WriteItemError(ErrorRecord error);

    void Write(StreamKind stream, object record);
}
