using System.Collections.Concurrent;
using System.Threading.Channels;
using BatchOps.Engine;

namespace BatchOps.Distributed.Workers;

/// <summary>Attempts start when the worker says so and end when the test says so.</summary>
internal sealed class GatedHandler : IWorkHandler
{
    private readonly Channel<GatedAttempt> _started = Channel.CreateUnbounded<GatedAttempt>();
    private int _running;
    private int _peak;

    /// <summary>Whether attempts end by themselves when they are told to stop.</summary>
    public bool ObeysStop { get; init; } = true;

    /// <summary>Most attempts at work at once.</summary>
    public int Peak => Volatile.Read(ref _peak);

    public ConcurrentQueue<Guid> Forgotten { get; } = new();

    /// <summary>Attempts that have started and were not taken.</summary>
    public int Untaken => _started.Reader.Count;

    public string? Refuses(OperationMessage operation) => operation.Name == "refused" ? "'refused' is not allowed here; start the worker with -AllowOperation refused." : null;

    public Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop) => RunAsync(item, alone: false, stop);

    public Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop) => RunAsync(item, alone: true, stop);

    public void Forget(Guid run) => Forgotten.Enqueue(run);

    public Task<GatedAttempt> NextAsync() => _started.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().Within();

    private async Task<WorkResult> RunAsync(WorkItem item, bool alone, CancellationToken stop)
    {
        var running = Interlocked.Increment(ref _running);
        for (var seen = Peak; running > seen; seen = Peak)
        {
            Interlocked.CompareExchange(ref _peak, running, seen);
        }

        var attempt = new GatedAttempt(item, alone);
        await using var registration = stop.Register(() => attempt.OnStop(ObeysStop, stop));
        _started.Writer.TryWrite(attempt);
        try
        {
            return await attempt.Outcome;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

internal sealed class GatedAttempt(WorkItem item, bool alone)
{
    private readonly TaskCompletionSource<WorkResult> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkItem Item => item;

    public bool Alone => alone;

    public Task<WorkResult> Outcome => _outcome.Task;

    /// <summary>Ends when it is told to stop.</summary>
    public Task Stopped => _stopped.Task.Within();

    public void Succeed(string output = "2") => _outcome.TrySetResult(new WorkResult { Class = OutcomeClass.Success, Output = output });

    public void Fail(Exception error) => _outcome.TrySetException(error);

    public void OnStop(bool obey, CancellationToken stop)
    {
        if (obey)
        {
            _outcome.TrySetCanceled(stop);
        }

        _stopped.TrySetResult();
    }
}

/// <summary>Runs a function.</summary>
internal sealed class FunctionHandler(Func<WorkMessage, CancellationToken, Task> run) : IWorkHandler
{
    public string? Refuses(OperationMessage operation) => null;

    public async Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop)
    {
        await run(item.Message, stop);
        return new WorkResult { Class = OutcomeClass.Success, Output = item.Message.Input };
    }

    public Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop) => RunAsync(item, stop);

    public void Forget(Guid run)
    {
    }
}
