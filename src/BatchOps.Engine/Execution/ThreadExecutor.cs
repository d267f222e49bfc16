namespace BatchOps.Engine;

/// <summary>Runs a blocking operation on dedicated threads: an elastic pool below the run's limit.</summary>
/// <remarks>
/// A thread is started only while a ready item waits and a permit is free, and ends with the run. No thread-pool thread
/// is ever blocked.
/// </remarks>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class ThreadExecutor<TInput, TOutput>
{
    private readonly BatchRun<TInput, TOutput> _run;
    private readonly Action<LeaseTaker<TInput, TOutput>> _work;
    private readonly CountdownEvent _alive = new(1);
    private int _opened;

    private ThreadExecutor(BatchRun<TInput, TOutput> run, Action<LeaseTaker<TInput, TOutput>> work)
    {
        _run = run;
        _work = work;
    }

    /// <summary>How many threads were started so far.</summary>
    public int OpenedWorkers => Volatile.Read(ref _opened);

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

    /// <summary>Blocks until all workers have ended. Work that was abandoned may keep some.</summary>
    /// <param name="timeout">Longest wait.</param>
    /// <returns>How many workers are still there.</returns>
    public int WaitForWorkers(TimeSpan timeout)
    {
        if (!_alive.IsSet && _alive.CurrentCount > 0 && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _alive.Signal();
        }

        return _alive.Wait(timeout) ? 0 : _alive.CurrentCount;
    }

    private int _closed;

    private void Open()
    {
        if (!_alive.TryAddCount())
        {
            return;
        }

        var number = Interlocked.Increment(ref _opened);
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
            _alive.Signal();
        }
    }
}
