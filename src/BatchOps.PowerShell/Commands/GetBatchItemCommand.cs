using System.Management.Automation;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Commands;

/// <summary>Lists the items of a run that a journal holds.</summary>
[Cmdlet(VerbsCommon.Get, "BatchItem")]
[OutputType(typeof(JournalItem))]
public sealed class GetBatchItemCommand : JournalListCommand
{
    [Parameter]
    [ValidateSet("Succeeded", "Failed", "TimedOut", "Canceled", "Skipped", "Pending", "Running", "Retrying")]
    public string[]? Status { get; set; }

    private protected override void Process(JournalReader reader)
    {
        foreach (var run in Select(reader, Name, RunId))
        {
            foreach (var item in Stoppable(reader.Items(run, Status)))
            {
                WriteObject(new JournalItem(item, reader.Path));
            }
        }
    }
}
