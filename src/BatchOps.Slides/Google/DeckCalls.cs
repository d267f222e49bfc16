using BatchOps.Engine;

namespace BatchOps.Slides.Google;

/// <summary>What the calls of one attempt at a deck have in common. Safe for calls side by side.</summary>
/// <param name="lease">Takes the tokens of the limits; null for calls that belong to no item, which take none.</param>
/// <param name="cancellationToken">Gives up.</param>
public sealed class DeckCalls(Lease? lease, CancellationToken cancellationToken)
{
    private int _calls;
    private int _retries;

    /// <summary>Calls that belong to no item, so that nobody but themselves can repeat them: reading ahead, tidying up.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public static DeckCalls Unattended(CancellationToken cancellationToken = default) => new(lease: null, cancellationToken) { IsUnattended = true };

    /// <summary>Takes the tokens of the limits; null for calls that belong to no item.</summary>
    public Lease? Lease { get; } = lease;

    /// <summary>Gives up.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Calls that were sent.</summary>
    public int Calls => _calls;

    /// <summary>Calls among them that repeat one that had failed.</summary>
    public int Retries => _retries;

    /// <summary>Waits until a limit admits calls.</summary>
    internal ValueTask AcquireAsync(GoogleLimit limit, int calls = 1) => Lease?.AcquireAsync(limit.Name, calls) ?? ValueTask.CompletedTask;

    internal bool IsUnattended { get; private init; }

    internal void CountCall() => Interlocked.Increment(ref _calls);

    internal void CountRetry() => Interlocked.Increment(ref _retries);
}
