using System.Management.Automation;

namespace BatchOps.PowerShell.Workers;

/// <summary>Keeps what a block wrote before it left early. Not exported.</summary>
[Cmdlet(VerbsCommon.Add, "BatchItemOutput")]
internal sealed class CollectOutputCommand : PSCmdlet
{
    [Parameter(Mandatory = true)]
    public ScriptWorker Worker { get; set; } = null!;

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public PSObject? Value { get; set; }

    protected override void ProcessRecord() => Worker.Collect(Value!);
}
