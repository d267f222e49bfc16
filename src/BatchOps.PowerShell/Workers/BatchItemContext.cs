using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Workers;

/// <summary>What an item's block sees as <c>$BatchItem</c>.</summary>
public sealed class BatchItemContext
{
    private readonly Lease _lease;
    private readonly WorkMessage? _work;
    private readonly Func<int> _failures;

    /// <summary>What is known of an item whose attempt begins.</summary>
    /// <param name="lease">The item.</param>
    /// <param name="work">What a submitter on another machine says of it; null for an item of this process.</param>
    /// <param name="failures">Errors of the attempt that will fail it, so far.</param>
    internal BatchItemContext(Lease lease, WorkMessage? work, Func<int> failures)
    {
        _lease = lease;
        _work = work;
        _failures = failures;
    }

    /// <summary>Errors that the attempt let pass so far and that will fail it all the same (<c>-FailOnError</c>).</summary>
    internal int Failures => _failures();

    internal Lease Lease => _lease;

    /// <summary>The item's place in the input, from 0.</summary>
    public long Index => _work?.Index ?? _lease.Index;

    /// <summary>The number of this attempt, from 1.</summary>
    public int Attempt => _work?.Attempt ?? _lease.Attempt;

    /// <summary>The item's key; null when no parameter needed one.</summary>
    public object? Key => _work is null ? _lease.Key : _work.Key;

    /// <summary>Batch, key and occurrence as a hash: the same for every attempt, after a resume and on every machine, so a service can tell a repeated call from a new one.</summary>
    public string? IdempotencyKey => _work is null ? _lease.Identity : _work.Identity;

    /// <summary>The run's id.</summary>
    public Guid RunId => _work?.Run ?? _lease.Run.Id;

    /// <summary>Signals that the attempt must stop: hand it to whatever takes a cancellation token.</summary>
    public CancellationToken CancellationToken => _lease.CancellationToken;

    /// <summary>Waits until a named call limit of the throttle admits a call.</summary>
    /// <param name="limit">A name given to <c>New-BatchThrottle -CallLimit</c>.</param>
    /// <param name="weight">Units that the call takes; default 1.</param>
    public void Acquire(string limit, double weight = 1) => _lease.Acquire(limit, weight);

    /// <summary>The item's place, for messages.</summary>
    public override string ToString() => $"item {Index}, attempt {Attempt}";
}
