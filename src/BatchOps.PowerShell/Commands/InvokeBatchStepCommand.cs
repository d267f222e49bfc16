using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Commands;

/// <summary>Runs a named step of an item, or emits its result when an attempt before this one got as far.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BatchStep")]
[OutputType(typeof(object))]
public sealed class InvokeBatchStepCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = null!;

    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    protected override void EndProcessing()
    {
        if (SessionState.PSVariable.GetValue("BatchItem") is not BatchItemContext item)
        {
            ThrowTerminatingError(new BatchArgumentException("BatchStepOutsideItem", $"The step '{Name}' does not stand in an item: there is no $BatchItem. Call Invoke-BatchStep inside the script block of Invoke-ConcurrentBatch.", Name).ToRecord());
            return;
        }

        if (!item.Lease.EnterStep(Name))
        {
            ThrowTerminatingError(new BatchArgumentException("BatchStepRepeated", $"The item runs two steps named '{Name}'; the second would get the result of the first. Give each its own name, such as \"{Name} $number\".", Name).ToRecord());
        }

        try
        {
            if (item.Lease.FindStep(Name) is { } stored)
            {
                WriteObject(ValueCodec.Decode(stored.Text), enumerateCollection: true);
                return;
            }

            var failures = item.Failures;
            var output = ScriptBlock.Invoke();
            if (item.Lease.KeepsSteps && item.Failures == failures)
            {
                item.Lease.StoreStep(Name, ValueCodec.Encode(output));
            }

            WriteObject(output, enumerateCollection: true);
        }
        catch (JournalException error)
        {
            ThrowTerminatingError(RunErrors.OfJournal(error, Name));
        }
    }
}
