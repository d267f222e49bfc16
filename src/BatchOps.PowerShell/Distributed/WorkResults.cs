using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.Engine;
using BatchOps.PowerShell.Output;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Results of attempts that no script made.</summary>
internal static class WorkResults
{
    /// <summary>The attempt was told to stop.</summary>
    public static WorkResult Canceled { get; } = new() { Class = OutcomeClass.Canceled };

    /// <summary>The attempt could not be made, and could not be made again.</summary>
    public static WorkResult Fault(Exception error) => new() { Class = OutcomeClass.ItemFault, Error = ErrorOf(error) };

    /// <summary>An error in its short form.</summary>
    public static ErrorMessage ErrorOf(Exception error)
    {
        var record = error switch
        {
            ScriptFailureException failure => failure.Record,
            WorkerSetupException setup => new ErrorRecord(setup, "BatchWorkerSetupFailed", ErrorCategory.OpenError, targetObject: null),
            _ => new ErrorRecord(error, ItemErrors.Failed, ErrorCategory.NotSpecified, targetObject: null),
        };
        return ErrorText.Of(record).ToMessage();
    }
}
