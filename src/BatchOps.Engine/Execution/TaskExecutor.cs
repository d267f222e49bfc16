namespace BatchOps.Engine;

/// <summary>Runs an asynchronous operation on the thread pool: as many worker tasks as there is work for, below the run's limit.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class TaskExecutor<TInput, TOutput> : BatchExecutor
{
    private readonly BatchRun<TInput, TOutput> _run;
    private readonly Func<Lease<TInput, TOutput>, ValueTask<AttemptOutcome<TOutput>>> _operation;

    private TaskExecutor(BatchRun<TInput, TOutput> run, Func<Lease<TInput, TOutput>, ValueTask<AttemptOutcome<TOutput>>> operation)
    {
        _run = run;
        _operation = operation;
    }

    /// <summary>Attaches an executor to a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="operation">The operation; an exception that it throws fails the attempt. It must not block.</param>
    public static TaskExecutor<TInput, TOutput> Attach(BatchRun<TInput, TOutput> run, Func<Lease<TInput, TOutput>, ValueTask<TOutput>> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return AttachOutcome(run, async lease => AttemptOutcome<TOutput>.Succeeded(await operation(lease).ConfigureAwait(false)));
    }

    /// <summary>Attaches an executor whose operation says itself how each attempt ended.</summary>
    /// <param name="run">The run.</param>
    /// <param name="operation">The operation; an exception that it throws fails the attempt. It must not block.</param>
    public static TaskExecutor<TInput, TOutput> AttachOutcome(BatchRun<TInput, TOutput> run, Func<Lease<TInput, TOutput>, ValueTask<AttemptOutcome<TOutput>>> operation)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(operation);
        var executor = new TaskExecutor<TInput, TOutput>(run, operation);
        run.Attach(executor.Open);
        return executor;
    }

    private void Open()
    {
        if (!TryOpenWorker(out _))
        {
            return;
        }

        // The workers belong to the run, not to whatever flow happened to post the item that called for them.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(WorkAsync);
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            using var taker = _run.OpenTaker();
            var lease = await taker.TakeAsync().ConfigureAwait(false);
            while (lease is not null)
            {
                // What a taker that had to wait made current ended with that wait.
                lease.EnterSpan();
                AttemptOutcome<TOutput> outcome;
                try
                {
                    outcome = await _operation(lease).ConfigureAwait(false);
                }
                catch (Exception error)
                {
                    outcome = AttemptOutcome<TOutput>.Failed(error);
                }

                lease = await taker.ExchangeAsync(lease, outcome).ConfigureAwait(false);
            }
        }
        finally
        {
            CloseWorker();
        }
    }
}
