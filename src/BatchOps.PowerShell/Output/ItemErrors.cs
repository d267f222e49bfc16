using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using BatchOps.Engine;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Output;

/// <summary>Makes the error record of an item that did not succeed.</summary>
internal static partial class ItemErrors
{
    public const string Failed = "BatchItemFailed";
    public const string TimedOut = "BatchItemTimedOut";
    public const string NeedsInput = "BatchItemNeedsInput";

    /// <summary>The record that is written for an item; null when it succeeded, was skipped or canceled.</summary>
    public static ErrorRecord? Of(EngineResult result)
    {
        if (result.Status is not (ItemStatus.Failed or ItemStatus.TimedOut))
        {
            return null;
        }

        var original = Original(result.Error);
        var message = $"Item {result.Index} {(result.Status == ItemStatus.TimedOut ? $"timed out: {WhyTimedOut(result)}{LastError(original)}" : $"failed: {original?.ToString() ?? result.Error?.Message}")}"
            + (result.Attempts > 1 ? $" [{result.Attempts} attempts]" : string.Empty)
            + (result.Reason is OutcomeReason.RetryAfterTooLong ? " [the server asked for a longer wait than is allowed]" : string.Empty)
            + (result.Reason is OutcomeReason.NoTimeToRetry ? " [no time for another attempt within -ItemTimeoutSeconds]" : string.Empty)
            + (result.Abandoned ? " [its work ignored the stop and was left behind]" : string.Empty)
            + Position(original);
        var exception = new BatchItemException(message, result.Index, result.Attempts, result.Reason, original, original?.Exception ?? result.Error);
        var id = result.Status == ItemStatus.TimedOut ? TimedOut : AsksForInput(result.Error) ? NeedsInput : Failed;
        var category = original?.CategoryInfo.Category ?? (result.Status == ItemStatus.TimedOut ? ErrorCategory.OperationTimeout : ErrorCategory.NotSpecified);
        var record = new ErrorRecord(exception, id, category, PreparedItem.Original(result.Input));
        if (original?.InvocationInfo is { } position)
        {
            RecordInternals.SetPosition(record, position);
        }

        return record;
    }

    /// <summary>All errors of an item: of retried attempts, and non-terminating ones of the last.</summary>
    public static IReadOnlyList<ErrorRecord> AllOf(EngineResult result)
    {
        if (result.Errors.Count == 0 && (result.Output is null || result.Output.Records.Count == 0))
        {
            return [];
        }

        var errors = result.Errors.Select(error => Original(error) ?? new ErrorRecord(error, Failed, ErrorCategory.NotSpecified, PreparedItem.Original(result.Input))).ToList();
        errors.AddRange(result.Output?.Errors.Where(e => !errors.Contains(e)) ?? []);
        return errors;
    }

    /// <summary>The record with which a script failed; null for another failure.</summary>
    public static ErrorRecord? Original(Exception? error) => error switch
    {
        ScriptFailureException failure => failure.Record,
        TimeoutException { InnerException: ScriptFailureException failure } => failure.Record,
        _ => null,
    };

    // What work says that was told to stop matters less than why it was told.
    private static string WhyTimedOut(EngineResult result) => result.Reason switch
    {
        OutcomeReason.Deadline => "The run's time was up (-TimeoutSeconds).",
        OutcomeReason.ItemTimeout => "It took longer than -ItemTimeoutSeconds allows.",
        _ => "An attempt took longer than -AttemptTimeoutSeconds allows.",
    };

    private static string LastError(ErrorRecord? original) => original is null ? string.Empty : $" Its last error: {original}";

    private static bool AsksForInput(Exception? error)
    {
        for (var current = error; current is not null; current = current.InnerException)
        {
            if (current is BatchItemNeedsInputException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where an error came from, for the end of a message: a record that is written again shows its new writer's line.</summary>
    public static string Position(ErrorRecord? original)
    {
        var invocation = original?.InvocationInfo;
        var (file, line) = (invocation?.ScriptName, invocation?.ScriptLineNumber ?? 0);
        if (string.IsNullOrEmpty(file) && FirstFrame().Match(original?.ScriptStackTrace ?? string.Empty) is { Success: true } frame)
        {
            // Write-Error gives the place that called the block, which is inside the worker.
            (file, line) = (frame.Groups["file"].Value, int.Parse(frame.Groups["line"].ValueSpan, CultureInfo.InvariantCulture));
        }

        return line == 0 ? string.Empty : $" ({(string.IsNullOrEmpty(file) ? "<session>" : Path.GetFileName(file))}:{line})";
    }

    [GeneratedRegex(@"\A[^\r\n]*?, (?<file>[^\r\n<][^\r\n]*): \S+ (?<line>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FirstFrame();
}
