using System.Globalization;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Configuration;

namespace BatchOps.PowerShell.Commands;

/// <summary>Removes runs, and all that belongs to them, from a journal.</summary>
[Cmdlet(VerbsCommon.Remove, "BatchRun", SupportsShouldProcess = true, DefaultParameterSetName = ById)]
public sealed class RemoveBatchRunCommand : JournalCommand
{
    private const string ById = "RunId";
    private const string ByAge = "OlderThan";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path", "FullName")]
    [ValidateNotNullOrEmpty]
    public override string Journal { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public Guid[] RunId { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = ByAge)]
    [ValidateNotNull]
    public object OlderThan { get; set; } = null!;

    [Parameter(ParameterSetName = ByAge)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BatchNameCompleter))]
    public string? Name { get; set; }

    private protected override void Process(JournalReader reader)
    {
        foreach (var run in ParameterSetName == ByAge ? OldRuns(reader) : Array.ConvertAll(RunId, reader.Run))
        {
            if (!ShouldProcess(string.Create(CultureInfo.CurrentCulture, $"{run.RunId} of the batch '{run.BatchName}', started {run.StartTime.LocalDateTime:g}, {run.Items} items")))
            {
                continue;
            }

            if (!reader.Remove(run))
            {
                WriteWarning($"The run {run.RunId} of the batch '{run.BatchName}' is at work in process {run.ProcessId} on {run.Host}; it was left alone.");
            }
        }
    }

    private IReadOnlyList<JournaledRun> OldRuns(JournalReader reader)
    {
        var before = PointInTime.Of(nameof(OlderThan), OlderThan, DateTimeOffset.Now);
        var runs = reader.Runs(Name);
        return runs.Count == 0 && Name is not null ? throw reader.NoRun(Name) : runs.Where(run => (run.EndTime ?? run.StartTime) < before).ToList();
    }
}
