using System.Management.Automation;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Output;

/// <summary>Makes the error records that speak of a whole run.</summary>
internal static class RunErrors
{
    /// <summary>The means of the run failed: no item could run.</summary>
    public static ErrorRecord OfFault(Exception fault)
    {
        if (fault is Engine.JournalException journal)
        {
            return OfJournal(journal, target: null);
        }

        var record = new ErrorRecord(fault, fault is WorkerSetupException ? "BatchWorkerSetupFailed" : "BatchWorkerFailed", ErrorCategory.OpenError, targetObject: null);
        if (fault is WorkerSetupException { Cause.InvocationInfo: { } position })
        {
            RecordInternals.SetPosition(record, position);
        }

        return record;
    }

    /// <summary>The journal can't be used.</summary>
    public static ErrorRecord OfJournal(Engine.JournalException error, object? target) => new(error, $"Journal{error.Fault}", CategoryOf(error.Fault), target);

    /// <summary>Results can't be exported to where they should.</summary>
    public static ErrorRecord OfExport(Engine.ExportException error, object? target) => new(error, $"Export{error.Fault}", CategoryOf(error.Fault), target);

    /// <summary>Whether a run owes a record about items that it did not run, or about its early end.</summary>
    public static bool EndedEarly(RunSummary summary) => summary.Skipped > 0 || summary.Reason is Engine.OutcomeReason.StopAbove or Engine.OutcomeReason.Deadline or Engine.OutcomeReason.Budget;

    /// <summary>The run stopped early; one record for all skipped items.</summary>
    public static ErrorRecord Stopped(RunSummary summary, IReadOnlyList<ErrorRecord> failures) => new(
        new BatchRunException($"{What(summary)}: {Counts(summary)}.", summary, failures),
        "BatchRunStopped",
        ErrorCategory.OperationStopped,
        summary);

    /// <summary>The run ended with failed items and <c>$ErrorActionPreference</c> is Stop.</summary>
    public static ErrorRecord Failed(RunSummary summary, IReadOnlyList<ErrorRecord> failures)
    {
        var first = failures.Count > 0 ? $" First: {failures[0].Exception.Message}" : string.Empty;
        return new ErrorRecord(
            new BatchRunException($"The run ended with items that did not succeed: {Counts(summary)}.{first}", summary, failures, failures.Count > 0 ? failures[0].Exception : null),
            "BatchRunFailed",
            ErrorCategory.OperationStopped,
            summary);
    }

    /// <summary>The warning that work was left behind.</summary>
    public static string AbandonedMessage(int count) =>
        $"{count} {(count == 1 ? "item" : "items")} ignored the stop and {(count == 1 ? "was" : "were")} left behind; the work goes on in the background until it ends by itself, and PowerShell waits for it when the session ends.";

    private static ErrorCategory CategoryOf(Engine.JournalFault fault) => fault switch
    {
        Engine.JournalFault.Locked or Engine.JournalFault.Owned => ErrorCategory.ResourceBusy,
        Engine.JournalFault.Foreign or Engine.JournalFault.Damaged or Engine.JournalFault.Newer => ErrorCategory.InvalidData,
        Engine.JournalFault.OperationChanged => ErrorCategory.InvalidOperation,
        Engine.JournalFault.NotFound => ErrorCategory.ObjectNotFound,
        Engine.JournalFault.Exists => ErrorCategory.ResourceExists,
        _ => ErrorCategory.WriteError,
    };

    private static string What(RunSummary summary) => summary.Reason switch
    {
        Engine.OutcomeReason.StopAbove => "The run stopped early because too many items failed (-StopAbove)",
        Engine.OutcomeReason.Budget => "The run stopped early because its units were used up (-UsageLimit)",
        Engine.OutcomeReason.Deadline => "The run stopped early because its time was up (-TimeoutSeconds)",
        Engine.OutcomeReason.None => "The run went on without items that waited too long for admission (-WaitTimeoutSeconds)",
        var other => $"The run stopped early ({other})",
    };

    private static string Counts(RunSummary summary)
    {
        var counts = new List<string> { $"{summary.Total} read", $"{summary.Succeeded} succeeded" };
        Add(summary.Failed, "failed");
        Add(summary.TimedOut, "timed out");
        Add(summary.Canceled, "canceled");
        Add(summary.Skipped, "skipped");
        return string.Join(", ", counts);

        void Add(long count, string word)
        {
            if (count > 0)
            {
                counts.Add($"{count} {word}");
            }
        }
    }
}
