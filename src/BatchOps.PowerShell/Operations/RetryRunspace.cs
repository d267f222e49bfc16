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

    /// <summary>Asks about an attempt that failed, where somebody is there to ask and the item may go on.</summary>
    /// <param name="retry">Who is asked; null for nobody.</param>
    /// <param name="lease">The attempt.</param>
    /// <param name="outcome">What came of it.</param>
    /// <returns>What is to become of it.</returns>
    public static AttemptOutcome<ItemOutput> Ask(RetryRunspace? retry, ItemLease lease, AttemptOutcome<ItemOutput> outcome) =>
        retry is null || outcome.Error is not { } error || lease.CancellationToken.IsCancellationRequested
            ? outcome
            : retry.Ask(new ErrorRecord(error, "BatchItemError", ErrorCategory.NotSpecified, PreparedItem.Original(lease.Input)), outcome);

    public void Dispose()
    {
        lock (_sync)
        {
            _ended = true;
            _runspace?.Dispose();
            _runspace = null;
        }
    }

    /// <summary>Asks about a failure; one question at a time.</summary>
    /// <param name="record">The failure.</param>
    /// <param name="outcome">What the failure is without an answer.</param>
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
}
