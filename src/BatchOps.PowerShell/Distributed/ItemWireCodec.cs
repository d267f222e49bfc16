using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>How items travel to workers, and their outcomes back.</summary>
/// <param name="operation">What is done to them.</param>
/// <param name="judge">Says of a failure how it is taken, where the worker is not asked; null for as it says.</param>
internal sealed class ItemWireCodec(OperationMessage operation, Func<ErrorRecord, AttemptOutcome<ItemOutput>, AttemptOutcome<ItemOutput>>? judge) : IWireCodec<object?, ItemOutput>
{
    /// <inheritdoc/>
    public OperationMessage Operation => operation;

    /// <inheritdoc/>
    public string Encode(object? input) => input is TravellingItem item ? item.Text : throw new FormatException("The item was not made ready to travel.");

    /// <inheritdoc/>
    public AttemptOutcome<ItemOutput> Decode(ResultMessage result, object? input)
    {
        var (output, failure) = result.Output is null ? (ItemOutput.None, null) : OutputText.Parse(result.Output).ToOutput();
        if (result.Class == OutcomeClass.Success)
        {
            return AttemptOutcome<ItemOutput>.Succeeded(output);
        }

        failure ??= result.Error is { } error ? ErrorText.Of(error).ToRecord() : null;
        var outcome = new AttemptOutcome<ItemOutput>
        {
            Class = result.Class,
            Signal = result.Signal,
            RetryAfter = result.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Output = output,
            Error = failure is null ? new OperationCanceledException("The worker ended the attempt.") : new ScriptFailureException(failure),
        };
        return judge is null || failure is null || result.Class == OutcomeClass.Canceled ? outcome : judge(failure, outcome);
    }
}
