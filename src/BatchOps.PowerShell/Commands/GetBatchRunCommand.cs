using System.Management.Automation;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Commands;

/// <summary>Lists the runs that a journal holds.</summary>
[Cmdlet(VerbsCommon.Get, "BatchRun")]
[OutputType(typeof(JournalRun))]
public sealed class GetBatchRunCommand : JournalListCommand
{
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int? Last { get; set; }

    private protected override void Process(JournalReader reader)
    {
        var runs = RunId is not null ? Array.ConvertAll(RunId, reader.Run) : reader.Runs(Name);
        if (runs.Count == 0 && Name is not null)
        {
            throw reader.NoRun(Name);
        }

        WriteObject(runs.TakeLast(Last ?? int.MaxValue).Select(run => new JournalRun(run, reader.Path)), enumerateCollection: true);
    }
}
