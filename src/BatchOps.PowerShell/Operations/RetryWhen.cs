using System.Collections.ObjectModel;
using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Operations;

/// <summary>What <c>-RetryWhen</c> says of a failure.</summary>
internal static class RetryWhen
{
    private static readonly Dictionary<string, OutcomeClass> Classes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Retry"] = OutcomeClass.Transient,
        ["Throttle"] = OutcomeClass.Throttled,
        ["Fail"] = OutcomeClass.ItemFault,
    };

    /// <summary>Takes the block's answer.</summary>
    /// <param name="ask">Runs the block with <c>$_</c> as the error.</param>
    /// <param name="record">The error.</param>
    /// <param name="outcome">What the failure is without it.</param>
    /// <returns>The outcome in the class that the block named; an item fault when it answers anything else.</returns>
    public static AttemptOutcome<ItemOutput> Ask(Func<Collection<PSObject>> ask, ErrorRecord record, AttemptOutcome<ItemOutput> outcome)
    {
        try
        {
            var answer = ask();
            return answer.Count == 1 && answer[0] is { } word && Classes.TryGetValue(LanguagePrimitives.ConvertTo<string>(word), out var given)
                ? outcome with { Class = given }
                : Invalid($"-RetryWhen answered '{string.Join(", ", answer)}'; it must answer one of the words Retry, Throttle or Fail.", inner: null);
        }
        catch (PipelineStoppedException)
        {
            // The attempt was told to stop meanwhile, and the engine knows why.
            return outcome;
        }
        catch (RuntimeException error)
        {
            return Invalid($"-RetryWhen failed: {error.Message}", error);
        }

        AttemptOutcome<ItemOutput> Invalid(string message, Exception? inner)
        {
            var invalid = new ErrorRecord(new InvalidOperationException(message, inner ?? record.Exception), "RetryWhenInvalid", ErrorCategory.InvalidResult, record);
            return outcome with { Class = OutcomeClass.ItemFault, Error = new ScriptFailureException(invalid) };
        }
    }
}
