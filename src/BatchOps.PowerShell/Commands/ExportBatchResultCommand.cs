using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Completion;
using BatchOps.PowerShell.Export;
using BatchOps.PowerShell.Journal;

namespace BatchOps.PowerShell.Commands;

/// <summary>Writes the results of a run, in input order, to a table of a SQLite file, or to a file of JSON or CSV.</summary>
[Cmdlet(VerbsData.Export, "BatchResult", SupportsShouldProcess = true, DefaultParameterSetName = ToFile)]
[OutputType(typeof(FileInfo), typeof(TableExport))]
public sealed class ExportBatchResultCommand : JournalCommand
{
    private const string ToFile = "File";
    private const string ToTable = "Table";

    private bool _written;

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public override string Journal { get; set; } = null!;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(BatchNameCompleter))]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public Guid? RunId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ToFile)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    [Parameter(ParameterSetName = ToFile)]
    public ExportFormat? Format { get; set; }

    [Parameter(ParameterSetName = ToFile)]
    public SwitchParameter Force { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ToTable)]
    [ValidateNotNullOrEmpty]
    public string Database { get; set; } = null!;

    [Parameter(Mandatory = true, ParameterSetName = ToTable)]
    [ValidateNotNullOrEmpty]
    public string Table { get; set; } = null!;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Process(JournalReader reader)
    {
        var run = RunId is { } id ? reader.Run(id) : reader.LastRun(Name);
        var results = new RunResults(reader, run, Stoppable);
        object? done = ParameterSetName == ToTable ? WriteTable(results, run) : WriteFile(results, run);
        if (done is null)
        {
            return;
        }

        WarnOfGaps(run, results);
        if (PassThru)
        {
            WriteObject(done);
        }
    }

    /// <summary>Writes a file. Null when it was not to be done.</summary>
    private FileInfo? WriteFile(RunResults results, JournaledRun run)
    {
        var path = JournalPath.Resolve(SessionState, nameof(Path), Path);
        var format = Format ?? FormatOf(path);
        if (_written)
        {
            throw new BatchArgumentException("ExportOneRun", "A file takes the results of one run, and several runs came from the pipeline. Pick one, or export to a table with -Database and -Table.", run.RunId);
        }

        ReplacementFile.Check(path, Force);
        if (!ShouldProcess(path, $"Export the results of run {run.RunId} of the batch '{run.BatchName}'"))
        {
            return null;
        }

        _written = true;
        using var file = new ReplacementFile(path, Force);
        try
        {
            Write(file.Stream, format, results);
        }
        catch (IOException error) when (error is not (JournalException or ExportException))
        {
            throw new ExportException(JournalFault.Inaccessible, $"The file '{path}' can't be written: {error.Message}", error);
        }

        file.Commit();
        return new FileInfo(path);
    }

    private static void Write(FileStream stream, ExportFormat format, RunResults results)
    {
        switch (format)
        {
            case ExportFormat.Json:
                JsonFile.WriteArray(stream, results.ReadOutputs());
                break;
            case ExportFormat.Csv:
                CsvFile.Write(stream, results.ReadOutputs);
                break;
            default:
                JsonFile.WriteLines(stream, results.ReadOutputs());
                break;
        }
    }

    /// <summary>Writes rows. Null when it was not to be done.</summary>
    private TableExport? WriteTable(RunResults results, JournaledRun run)
    {
        var path = JournalPath.Resolve(SessionState, nameof(Database), Database);
        ResultTable.Check(path, Table);
        if (!ShouldProcess($"{path}, table {Table}", $"Export the results of run {run.RunId} of the batch '{run.BatchName}'"))
        {
            return null;
        }

        using var table = new ResultTable(path, Table);
        foreach (var (item, outputs) in results.Read())
        {
            table.Put(item.Identity!, item.Index, [.. outputs.Select(SqlValue.Row)]);
        }

        table.Commit();
        return new TableExport(path, Table, run.RunId, results.Items, table.Rows, table.Removed);
    }

    private void WarnOfGaps(JournaledRun run, RunResults results)
    {
        if (run.Status != "Completed")
        {
            var state = run.Status switch
            {
                "Running" => "is still running: only what it has finished was exported",
                var other => $"ended as {other}: only what it had finished was exported. Go on with it with -Resume and export again",
            };
            WriteWarning($"The run {run.RunId} of the batch '{run.BatchName}' {state}.");
        }
        else if (run.Items > run.Succeeded)
        {
            WriteVerbose($"{run.Items - run.Succeeded} of {run.Items} items did not succeed and have no results.");
        }

        if (results.NotKept > 0)
        {
            WriteWarning($"Of {results.NotKept} items that succeeded the journal has no results (-JournalContent None or Keys, or the run that made them was removed).");
        }
    }

    private static ExportFormat FormatOf(string path) => System.IO.Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".JSONL" or ".NDJSON" => ExportFormat.Jsonl,
        ".JSON" => ExportFormat.Json,
        ".CSV" => ExportFormat.Csv,
        _ => throw new BatchArgumentException("ExportFormatUnknown", $"-Path is '{path}', whose ending names no format. Let it end in .jsonl, .ndjson, .json or .csv, or say -Format Jsonl, Json or Csv.", path),
    };
}
