namespace BatchOps.Engine;

/// <summary>The live concurrency limit of a throttle: its ceiling, or less while it grows back after a break.</summary>
/// <remarks>
/// It restarts at 1 and grows by one with every success, so it doubles with every round of attempts (slow start, RFC 5681).
/// Not thread-safe: guarded by the throttle's lock.
/// </remarks>
internal sealed class ConcurrencyLimit(int? ceiling)
{
    private readonly int _ceiling = ceiling ?? int.MaxValue;
    private int _current = ceiling ?? int.MaxValue;

    public int Current => _current;

    /// <summary>Falls to one at a time. False when it stood there already.</summary>
    public bool Restart()
    {
        var changed = _current != 1;
        _current = 1;
        return changed;
    }

    /// <summary>Grows after a success, at most to <paramref name="useful"/>, beyond which growth changes nothing. True when it grew.</summary>
    public bool Grow(int useful)
    {
        if (_current >= _ceiling)
        {
            return false;
        }

        // The runs' own limits bound what is at work, so a throttle without a ceiling is whole again when it reaches them.
        _current = ++_current >= useful ? _ceiling : _current;
        return true;
    }
}
