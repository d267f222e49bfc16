namespace BatchOps.Engine;

/// <summary>A worker's place in the queue for leases. One worker uses it, for one lease after another.</summary>
/// <typeparam name="TInput">The items of the run.</typeparam>
/// <typeparam name="TOutput">What an attempt yields.</typeparam>
public sealed class LeaseTaker<TInput, TOutput> : LeaseTaker, IDisposable
{
    private readonly BatchRun<TInput, TOutput> _run;
    private readonly ExecutionScope _scope;
    private bool _left;

    internal LeaseTaker(BatchRun<TInput, TOutput> run)
    {
        _run = run;
        _scope = ExecutionScope.Enter(run);
    }

    /// <summary>Blocks until an item may start.</summary>
    /// <returns>Its lease, to be given to <see cref="Complete"/>; null when the run has ended.</returns>
    public Lease<TInput, TOutput>? Take()
    {
        if (!_run.TryTake(this))
        {
            Signal.Wait();
        }

        return Taken();
    }

    /// <summary>Waits until an item may start.</summary>
    /// <returns>Its lease, to be given to <see cref="Complete"/>; null when the run has ended.</returns>
    public ValueTask<Lease<TInput, TOutput>?> TakeAsync() => _run.TryTake(this) ? new(Taken()) : WaitAsync();

    /// <summary>Reports how the attempt ended. A report on abandoned work only gives back what it still held.</summary>
    /// <param name="lease">The lease that <see cref="Take"/> gave.</param>
    /// <param name="outcome">How its attempt ended.</param>
    public void Complete(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lease.LeaveSpan();
        var kept = _run.Keep(lease, outcome);
        _scope.Lease = null;
        _run.Complete(lease, kept);
    }

    /// <summary><see cref="Complete"/> and <see cref="Take"/> in one step, which costs half of the two.</summary>
    /// <param name="lease">The lease at hand.</param>
    /// <param name="outcome">How its attempt ended.</param>
    /// <returns>The next lease; null when the run has ended.</returns>
    public Lease<TInput, TOutput>? Exchange(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lease.LeaveSpan();
        if (!_run.Exchange(lease, _run.Keep(lease, outcome), this))
        {
            _scope.Lease = null;
            Signal.Wait();
        }

        return Taken();
    }

    /// <summary><see cref="Complete"/> and <see cref="TakeAsync"/> in one step.</summary>
    /// <param name="lease">The lease at hand.</param>
    /// <param name="outcome">How its attempt ended.</param>
    /// <returns>The next lease; null when the run has ended.</returns>
    public ValueTask<Lease<TInput, TOutput>?> ExchangeAsync(Lease<TInput, TOutput> lease, in AttemptOutcome<TOutput> outcome)
    {
        ArgumentNullException.ThrowIfNull(lease);
        lease.LeaveSpan();
        if (_run.Exchange(lease, _run.Keep(lease, outcome), this))
        {
            return new(Taken());
        }

        _scope.Lease = null;
        return WaitAsync();
    }

    /// <summary>The worker leaves; another may be opened in its place.</summary>
    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            _run.Leave();
            Signal.Dispose();
        }
    }

    private async ValueTask<Lease<TInput, TOutput>?> WaitAsync()
    {
        await Signal.WaitAsync().ConfigureAwait(false);
        return Taken();
    }

    private Lease<TInput, TOutput>? Taken()
    {
        var lease = (Lease<TInput, TOutput>?)Granted;
        Granted = null;
        _scope.Lease = lease;
        lease?.EnterSpan();
        return lease;
    }
}

/// <summary>The part of a <see cref="LeaseTaker{TInput, TOutput}"/> that admission sees.</summary>
public abstract class LeaseTaker
{
    private protected LeaseTaker()
    {
    }

    internal SemaphoreSlim Signal { get; } = new(0);

    internal Lease? Granted { get; set; }

    /// <summary>The worker's number in its run, from 1; 0 before it has asked for a lease.</summary>
    internal int Number { get; set; }
}
