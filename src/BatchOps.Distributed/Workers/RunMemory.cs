using System.Collections.Concurrent;

namespace BatchOps.Distributed;

/// <summary>Knows which runs a handler may keep something for, and tells it when it need not any more. Safe for many threads.</summary>
internal sealed class RunMemory(IWorkHandler handler, TimeProvider time)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<Guid, long> _usedAt = [];

    /// <summary>Something of a run has come, or ended.</summary>
    public void Use(Guid run) => _usedAt[run] = time.GetTimestamp();

    public void Forget(Guid run)
    {
        if (_usedAt.TryRemove(run, out _))
        {
            handler.Forget(run);
        }
    }

    /// <summary>Forgets runs of which nothing has come for a while.</summary>
    /// <param name="held">Runs that the worker holds items of.</param>
    public void Tidy(IReadOnlySet<Guid> held)
    {
        foreach (var (run, usedAt) in _usedAt)
        {
            if (time.GetElapsedTime(usedAt) >= Idle && !held.Contains(run))
            {
                Forget(run);
            }
        }
    }
}
