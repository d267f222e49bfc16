using System.Collections.Concurrent;

namespace BatchOps.Distributed;

/// <summary>Knows which limits other workers have shared out before. Safe for many threads.</summary>
/// <remarks>
/// Whoever is elected writes a claim to the stream that all workers read, and grants nothing before it has read that claim. So
/// one that is elected later finds it before its own, if anything was granted.
/// </remarks>
/// <param name="write">Writes a claim to the stream; ends when the broker has it.</param>
internal sealed class RateClaims(Func<RateClaimMessage, Task> write)
{
    private const int Remembered = 100_000;

    private readonly string _claimant = Guid.NewGuid().ToString("N");
    private readonly RecentMemory<string, bool> _others = new(Remembered);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> _written = new(StringComparer.Ordinal);

    /// <summary>Claims a scope.</summary>
    /// <returns>Whether another may have granted shares of it before.</returns>
    public async Task<bool> ClaimAsync(string scope, string batch)
    {
        var met = _written.GetOrAdd(scope, static _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        await write(new RateClaimMessage { Batch = batch, Scope = scope, Claimant = _claimant }).ConfigureAwait(false);
        return await met.Task.ConfigureAwait(false);
    }

    /// <summary>Hears a claim, in the order of the stream.</summary>
    public void Hear(RateClaimMessage claim)
    {
        if (claim.Claimant != _claimant)
        {
            _others.Set(claim.Scope, static _ => true);
        }
        else if (_written.TryRemove(claim.Scope, out var met))
        {
            met.TrySetResult(_others.Contains(claim.Scope));
        }
    }
}
