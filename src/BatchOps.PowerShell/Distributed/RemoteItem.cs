using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.Engine;
using BatchOps.PowerShell.Operations;
using BatchOps.PowerShell.Workers;

namespace BatchOps.PowerShell.Distributed;

/// <summary>An item that a submitter sent, at a worker.</summary>
internal sealed class RemoteItem : IPreparedItem
{
    private readonly object _sync = new();
    private Lease? _lease;
    private bool _stopped;
    private readonly TaskCompletionSource<WorkResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An item that has not begun.</summary>
    /// <param name="work">What was sent.</param>
    /// <param name="item">The item itself.</param>
    public RemoteItem(WorkMessage work, object? item)
    {
        Work = work;
        Item = item is null ? null : PSObject.AsPSObject(item);
    }

    /// <summary>What was sent.</summary>
    public WorkMessage Work { get; }

    /// <inheritdoc/>
    public PSObject? Item { get; }

    /// <inheritdoc/>
    public object? SerializeKey => null;

    /// <summary>How it ended.</summary>
    public Task<WorkResult> Result => _result.Task;

    /// <summary>Its attempt begins.</summary>
    public void Begin(Lease lease)
    {
        lock (_sync)
        {
            _lease = lease;
            if (_stopped)
            {
                lease.StopAttempt();
            }
        }
    }

    /// <summary>Tells its attempt to stop, as soon as it has begun.</summary>
    public void Stop()
    {
        lock (_sync)
        {
            _stopped = true;
            _lease?.StopAttempt();
        }
    }

    /// <summary>Takes the outcome of the attempt, on the thread that made it.</summary>
    public void Report(in AttemptOutcome<ItemOutput> outcome)
    {
        var output = OutputText.Of(outcome);
        _result.TrySetResult(new WorkResult
        {
            Class = outcome.Class,
            Signal = outcome.Signal,
            RetryAfter = outcome.RetryAfter,
            Output = output.IsEmpty ? null : output.ToJson(),
            Error = outcome.Error is null ? null : WorkResults.ErrorOf(outcome.Error),
        });
    }

    /// <summary>Ends the item, unless its attempt has reported: it never ran, or ignored its stop.</summary>
    /// <param name="fault">Why nothing could run; null for a stop.</param>
    public void End(Exception? fault) => _result.TrySetResult(fault is null ? WorkResults.Canceled : WorkResults.Fault(fault));
}
