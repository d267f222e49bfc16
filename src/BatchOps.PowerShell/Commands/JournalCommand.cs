using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Journal;
using BatchOps.PowerShell.Output;

namespace BatchOps.PowerShell.Commands;

/// <summary>What the cmdlets that read a journal do alike: find its file, and say what is wrong with it.</summary>
public abstract class JournalCommand : PSCmdlet
{
    /// <summary>The journal's file, as given.</summary>
    public abstract string Journal { get; set; }

    /// <summary>Does the work for one journal and what came with it.</summary>
    private protected abstract void Process(JournalReader reader);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            using var reader = new JournalReader(JournalPath.Resolve(SessionState, nameof(Journal), Journal));
            Process(reader);
        }
        catch (BatchArgumentException error)
        {
            ThrowTerminatingError(error.ToRecord());
        }
        catch (JournalException error)
        {
            WriteError(RunErrors.OfJournal(error, Journal));
        }
        catch (ExportException error)
        {
            ThrowTerminatingError(RunErrors.OfExport(error, Journal));
        }
    }

    /// <summary>The runs of those ids, else the last one of the batch or of the journal.</summary>
    private protected static IReadOnlyList<JournaledRun> Select(JournalReader reader, string? name, Guid[]? ids) =>
        ids is null ? [reader.LastRun(name)] : Array.ConvertAll(ids, reader.Run);

    /// <summary>What is read between two looks at whether the pipeline was stopped.</summary>
    private protected IEnumerable<T> Stoppable<T>(IEnumerable<T> source)
    {
        foreach (var value in source)
        {
            if (Stopping)
            {
                throw new PipelineStoppedException();
            }

            yield return value;
        }
    }
}
