using BatchOps.Distributed;
using BatchOps.PowerShell.Journal;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Runs items that were sent here: in runspaces that are kept ready for each run's operation, or alone in a child process.</summary>
/// <param name="session">What this worker lends and allows.</param>
/// <param name="throttleLimit">Most items at once.</param>
/// <param name="time">For how long runspaces are kept; null for the system's.</param>
internal sealed class ScriptWorkHandler(HostSession session, int throttleLimit, TimeProvider? time = null) : IWorkHandler, IDisposable
{
    /// <summary>How long runspaces are kept without an item.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly Dictionary<(Guid Run, string Hash, string? Name), LocalRun> _runs = [];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private ITimer? _tidying;
    private bool _ended;

    /// <inheritdoc/>
    public string? Refuses(OperationMessage operation) =>
        operation.Name is { } name
            ? session.Commands.ContainsKey(name) ? null : $"the worker does not allow the command '{name}' (Start-BatchWorker -AllowCommand {name})"
            : session.AllowScriptBlock ? null : "the worker runs no script blocks that are sent to it (Start-BatchWorker -AllowScriptBlock; or run a command that it has, Invoke-ConcurrentBatch -Command)";

    /// <inheritdoc/>
    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop)
    {
        RemoteItem remote;
        try
        {
            remote = new RemoteItem(item.Message, ValueCodec.DecodeOne(item.Message.Input));
            Post(remote);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            return WorkResults.Fault(error);
        }

        using var stopping = stop.UnsafeRegister(static item => ((RemoteItem)item!).Stop(), remote);
        return await remote.Result.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop) =>
        Refuses(item.Message.Operation) is { } why
            ? Task.FromResult(WorkResults.Fault(new InvalidOperationException(why)))
            : LoneProcess.RunAsync(session, item, stop);

    /// <inheritdoc/>
    public void Forget(Guid run) => Close(local => local.Key.Run == run);

    /// <summary>Ends all that is still at work.</summary>
    public void Dispose()
    {
        LocalRun[] runs;
        lock (_sync)
        {
            _ended = true;
            runs = [.. _runs.Values];
            _runs.Clear();
            _tidying?.Dispose();
        }

        foreach (var run in runs)
        {
            run.Cancel(Farewell);
        }
    }

    private void Post(RemoteItem item)
    {
        var operation = item.Work.Operation;
        var key = (item.Work.Run, operation.Hash, operation.Name);
        lock (_sync)
        {
            if (Refuses(operation) is { } why)
            {
                throw new InvalidOperationException(why);
            }

            ObjectDisposedException.ThrowIf(_ended, this);
            if (!_runs.TryGetValue(key, out var run))
            {
                _runs[key] = run = new LocalRun(OperationWire.ToOperation(operation, session), throttleLimit, _time);
                _tidying ??= _time.CreateTimer(static handler => ((ScriptWorkHandler)handler!).Tidy(), this, LookEvery, LookEvery);
                _ = EndAsync(key, run);
            }

            run.Post(item);
        }
    }

    /// <summary>Hands out what ends without a report of its own, until the run has ended.</summary>
    private async Task EndAsync((Guid Run, string Hash, string? Name) key, LocalRun run)
    {
        await run.WatchAsync().ConfigureAwait(false);
        lock (_sync)
        {
            if (_runs.TryGetValue(key, out var known) && ReferenceEquals(known, run))
            {
                _runs.Remove(key);
            }

            // What was posted while it ended.
            run.TakeResults();
        }
    }

    private void Tidy() => Close(local => local.Value.IsIdle(IdleLimit));

    private void Close(Func<KeyValuePair<(Guid Run, string Hash, string? Name), LocalRun>, bool> which)
    {
        lock (_sync)
        {
            foreach (var (key, run) in _runs.Where(which).ToList())
            {
                _runs.Remove(key);
                run.Complete();
            }
        }
    }
}
