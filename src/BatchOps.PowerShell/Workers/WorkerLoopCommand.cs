using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>Gives a worker's loop a place inside a pipeline. Not exported.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BatchWorkerLoop")]
internal sealed class WorkerLoopCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public ScriptWorker Worker { get; set; } = null!;

    protected override void BeginProcessing() => Worker.TakeLeases(this);
}
