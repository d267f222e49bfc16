using System.Management.Automation;
using System.Management.Automation.Runspaces;
using BatchOps.Engine;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Operations;

/// <summary>A runspace in which <c>-RetryWhen</c> is asked for work that runs in none. Opened by the first failure.</summary>
/// <param name="block">The block.</param>
/// <param name="using">Values of its <c>$using:</c>.</param>
/// <param name="caller">The state of the session that called.</param>
internal sealed class RetryRunspace(ScriptBlock block, System.Collections.Hashtable @using, CallerState caller) : IDisposable
{
    private readonly object _sync = new();
    private Runspace? _runspace;
    private bool _ended;

    /// <summary>Asks about a failure; one question at a time.</summary>
    /// <param name="error">The failure.</param>
    /// <param name="target">The item.</param>
    /// <param name="outcome">What the failure is without an answer.</param>
    public AttemptOutcome<ItemOutput> Ask(Exception error, object? target, AttemptOutcome<ItemOutput> outcome) =>
        Ask(new ErrorRecord(error, "BatchItemError", ErrorCategory.NotSpecified, target), outcome);

    /// <inheritdoc cref="Ask(Exception, object?, AttemptOutcome{ItemOutput})"/>
    public AttemptOutcome<ItemOutput> Ask(ErrorRecord record, AttemptOutcome<ItemOutput> outcome)
    {
        lock (_sync)
        {
            if (_ended)
            {
                return outcome;
            }

            _runspace ??= WorkerTemplate.For(caller).Open(new WorkerHost(new WorkerHostUI(static _ => { }), caller.Culture, caller.UICulture, privateData: null));
            using var pipeline = System.Management.Automation.PowerShell.Create();
            pipeline.Runspace = _runspace;
            pipeline.AddScript("param($__Block, $_) & $__Block")
                .AddParameter("__Block", block)
                .AddParameter("_", record)
                .AddParameter("--%", @using);
            return RetryWhen.Ask(pipeline.Invoke, record, outcome);
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            _ended = true;
            _runspace?.Dispose();
            _runspace = null;
        }
    }
}
