using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;

namespace BatchOps.PowerShell.Commands;

/// <summary>Lists the runs that a journal holds.</summary>
[Cmdlet(VerbsCommon.Get, "BatchRun")]
[OutputType(typeof(JournalRun))]
public sealed class GetBatchRunCommand : JournalCommand
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    [ValidateNotNullOrEmpty]
    public override string Journal { get; set; } = null!;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BatchNameCompleter))]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public Guid[]? RunId { get; set; }

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
