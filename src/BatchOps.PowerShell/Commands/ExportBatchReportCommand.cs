using System.Management.Automation;
using System.Text;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Output;

namespace BatchOps.PowerShell.Commands;

/// <summary>Writes the report of a run as one HTML file.</summary>
[Cmdlet(VerbsData.Export, "BatchReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportBatchReportCommand : PSCmdlet
{
    private readonly HashSet<string> _written = new(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Journal { get; set; } = null!;

    // From the pipeline so that a script block can name a file for each run.
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = null!;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    [Parameter(ValueFromPipelineByPropertyName = true)]
    public Guid? RunId { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        try
        {
            var target = JournalPath.Resolve(SessionState, nameof(Path), Path, "ReportPathInvalid");
            using var journal = new JournalReader(JournalPath.Resolve(SessionState, nameof(Journal), Journal));
            var run = Find(journal);
            RequireRoom(target);
            if (ShouldProcess(target, $"Write the report of run {run.RunId} of batch '{run.BatchName}'"))
            {
                Write(journal, run, target);
                _written.Add(target);
                if (PassThru)
                {
                    WriteObject(new FileInfo(target));
                }
            }
        }
        catch (JournalException error)
        {
            WriteError(RunErrors.OfJournal(error, Journal));
        }
        catch (BatchArgumentException error)
        {
            WriteError(error.ToRecord());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(new IOException($"The report '{Path}' can't be written: {error.Message}", error), "ReportNotWritten", ErrorCategory.WriteError, Path));
        }
    }

    private JournaledRun Find(JournalReader journal)
    {
        var runs = journal.Runs(Name);
        var run = RunId is { } id ? runs.FirstOrDefault(r => r.RunId == id) : runs.LastOrDefault();
        var ofBatch = Name is null ? string.Empty : $" of a batch '{Name}'";
        return run ?? throw new JournalException(
            JournalFault.NotFound,
            RunId is null ? $"The journal '{journal.Path}' holds no run{ofBatch}." : $"The journal '{journal.Path}' holds no run {RunId}{ofBatch}.");
    }

    private void RequireRoom(string target)
    {
        if (_written.Contains(target))
        {
            throw new BatchArgumentException("ReportNamedTwice", $"Several runs go to the same file '{target}'. Give each its own, such as -Path {{ \"$($_.RunId).html\" }}.", target);
        }

        if (Directory.Exists(target))
        {
            throw new BatchArgumentException("ReportPathInvalid", $"-Path is '{target}', a folder; name a file in it, such as report.html.", target);
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(target)))
        {
            throw new BatchArgumentException("ReportPathInvalid", $"-Path is '{target}', and there is no such folder. Make it first.", target);
        }

        if (!Force && File.Exists(target))
        {
            throw new BatchArgumentException("ReportExists", $"The file '{target}' exists. Name another, or add -Force to replace it.", target);
        }
    }

    private void Write(JournalReader journal, JournaledRun run, string target)
    {
        using var file = new ReplacementFile(target, Force);
        using (var writer = new StreamWriter(file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" })
        {
            RunReport.Write(journal, run, writer);
        }

        file.Commit();
    }
}
