namespace BatchOps.Engine;

/// <summary>Runs a blocking operation on dedicated threads: an elastic pool below the run's limit.</summary>
/// <remarks>
/// A thread is started only while a ready item waits and a permit is free, and ends with the run. No thread-pool thread
/// is ever blocked.
/// </remarks>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class ThreadExecutor<TInput, TOutput> : BatchExecutor
{
    private readonly BatchRun<TInput, TOutput> _run;
    private readonly Action<LeaseTaker<TInput, TOutput>> _work;

    private ThreadExecutor(BatchRun<TInput, TOutput> run, Action<LeaseTaker<TInput, TOutput>> work)
    {
        _run = run;
        _work = work;
    }

    /// <summary>Attaches an executor whose workers run a loop of their own.</summary>
    /// <param name="run">The run.</param>
    /// <param name="work">Takes leases until there are none; an exception that leaves it aborts the run.</param>
    public static ThreadExecutor<TInput, TOutput> Attach(BatchRun<TInput, TOutput> run, Action<LeaseTaker<TInput, TOutput>> work)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(work);
        var executor = new ThreadExecutor<TInput, TOutput>(run, work);
        run.Attach(executor.Open);
        return executor;
    }

    /// <summary>Attaches an executor that runs an operation for each lease.</summary>
    /// <param name="run">The run.</param>
    /// <param name="operation">The operation; an exception that it throws fails the attempt.</param>
    public static ThreadExecutor<TInput, TOutput> Attach(BatchRun<TInput, TOutput> run, Func<Lease<TInput, TOutput>, TOutput> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Attach(run, (LeaseTaker<TInput, TOutput> taker) =>
        {
            var lease = taker.Take();
            while (lease is not null)
            {
                AttemptOutcome<TOutput> outcome;
                try
                {
                    outcome = AttemptOutcome<TOutput>.Succeeded(operation(lease));
                }
                catch (Exception error)
                {
                    outcome = AttemptOutcome<TOutput>.Failed(error);
                }

                lease = taker.Exchange(lease, outcome);
            }
        });
    }

    private void Open()
    {
        if (!TryOpenWorker(out var number))
        {
            return;
        }

        var thread = new Thread(Run) { IsBackground = true, Name = $"BatchOps worker {number}" };

        // The workers belong to the run, not to whatever flow happened to post the item that called for them.
        thread.UnsafeStart();
    }

    private void Run()
    {
        try
        {
            using var taker = _run.OpenTaker();
            _work(taker);
        }
        catch (Exception fault)
        {
            _run.Abort(fault);
        }
        finally
        {
            CloseWorker();
        }
    }
}
