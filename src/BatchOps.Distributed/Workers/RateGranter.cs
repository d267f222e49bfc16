using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>The elected worker's part: lets requests for shares of limits through, first come first served in each scope.</summary>
/// <remarks>Who hears a request is elected: the queue of requests has a single active consumer. Safe for many threads.</remarks>
internal sealed class RateGranter : IDisposable
{
    // Asked for the last time so long ago: nobody waits for the answer.
    private static readonly TimeSpan Patience = 3 * RateShares.AskAgain;

    private static readonly TimeSpan ShortestMemory = TimeSpan.FromMinutes(1);

    // Well within the day for which the stream keeps a claim.
    private static readonly TimeSpan ClaimEvery = TimeSpan.FromHours(1);

    private readonly Func<RateGrantMessage, string, Task> _send;
    private readonly Func<string, string, Task<bool>> _claim;
    private readonly Clock _clock;
    private readonly ITimer _timer;
    private readonly Dictionary<string, Scope> _scopes = new(StringComparer.Ordinal);
    private long? _electedAt;
    private long _tidiedAt;

    /// <summary>Makes a granter, which knows nothing yet.</summary>
    /// <param name="send">Sends a grant to where its request wants it.</param>
    /// <param name="claim">Claims a scope, for a batch; says whether another may have granted shares of it before.</param>
    /// <param name="time">The clock.</param>
    public RateGranter(Func<RateGrantMessage, string, Task> send, Func<string, string, Task<bool>> claim, TimeProvider time)
    {
        _send = send;
        _claim = claim;
        _clock = new Clock(time);
        _timer = time.CreateTimer(static granter => ((RateGranter)granter!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether this worker is known to be the elected one.</summary>
    public bool IsElected
    {
        get
        {
            lock (_scopes)
            {
                return _electedAt is not null;
            }
        }
    }

    /// <summary>Scopes that are remembered.</summary>
    internal int Scopes
    {
        get
        {
            lock (_scopes)
            {
                return _scopes.Count;
            }
        }
    }

    /// <summary>Hears a request; the first one tells that this worker was elected.</summary>
    /// <param name="request">The request.</param>
    /// <param name="replyTo">Where the answer is to go; null for a request that only wants to find the elected one.</param>
    public void Hear(RateRequestMessage request, string? replyTo)
    {
        lock (_scopes)
        {
            var now = _clock.Now;
            _electedAt ??= now;
            if (replyTo is null || !RateNonce.TryRead(request.Nonce, out var id, out _))
            {
                return;
            }

            Tidy(now);
            if (!_scopes.TryGetValue(request.Rate.Scope, out var scope))
            {
                _scopes.Add(request.Rate.Scope, scope = new Scope(request.Rate, _clock));
            }

            scope.Hear(new Waiting(id, request, replyTo, now));
            if (scope.MustClaim(now))
            {
                _ = ClaimAsync(scope, request);
            }
        }

        Pump();
    }

    private async Task ClaimAsync(Scope scope, RateRequestMessage request)
    {
        var granted = await _claim(request.Rate.Scope, request.Batch).ConfigureAwait(false);
        lock (_scopes)
        {
            scope.Open(granted ? _electedAt!.Value : null);
        }

        Pump();
    }

    public void Dispose() => _timer.Dispose();

    private void Pump()
    {
        List<(RateGrantMessage Grant, string ReplyTo)> grants = [];
        lock (_scopes)
        {
            var now = _clock.Now;
            var next = Clock.Never;
            foreach (var scope in _scopes.Values)
            {
                next = Math.Min(next, scope.Pump(now, grants));
            }

            if (next != Clock.Never)
            {
                // A timer of 0 ms more often than not comes too early by a fraction.
                var wait = Math.Max(1, Math.Ceiling(_clock.Between(now, next).TotalMilliseconds));
                _timer.Change(TimeSpan.FromMilliseconds(Math.Min(wait, ShortestMemory.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var (grant, replyTo) in grants)
        {
            _ = _send(grant, replyTo);
        }
    }

    /// <summary>Forgets scopes that nobody has used for so long that nothing of them counts any more.</summary>
    private void Tidy(long now)
    {
        if (_clock.Between(_tidiedAt, now) < ShortestMemory)
        {
            return;
        }

        _tidiedAt = now;
        foreach (var (name, scope) in _scopes)
        {
            if (scope.IsIdle(now))
            {
                _scopes.Remove(name);
            }
        }
    }

    /// <summary>A request and when its last asking came.</summary>
    private sealed record Waiting(string Id, RateRequestMessage Request, string ReplyTo, long HeardAt);

    private sealed class Scope
    {
        private readonly Clock _clock;
        private readonly RateLimiter _limiter;
        private readonly LinkedList<Waiting> _waiting = new();
        private readonly Dictionary<string, LinkedListNode<Waiting>> _byId = new(StringComparer.Ordinal);
        private long _from = Clock.Never;
        private long? _claimedAt;
        private long _usedAt;

        public Scope(RateMessage rate, Clock clock)
        {
            var window = RateLapse.GrantWindow(rate);
            _clock = clock;
            _limiter = new RateLimiter(new RateLimit(rate.Permits, window) { Share = 1, Burst = Math.Max(1, rate.Burst) }, clock);
            _usedAt = clock.Now;
        }

        public bool IsIdle(long now) =>
            _waiting.Count == 0 && _clock.Between(_usedAt, now) is var idle && idle >= ShortestMemory && idle >= _limiter.Limit.Window;

        public void Hear(Waiting request)
        {
            _usedAt = request.HeardAt;
            if (_byId.TryGetValue(request.Id, out var known))
            {
                // It keeps its place; from now on the answer is one to its last asking.
                known.Value = request;
                return;
            }

            _byId.Add(request.Id, _waiting.AddLast(request));
        }

        /// <summary>Whether it is time to claim it; asked for the first time, or again after long.</summary>
        public bool MustClaim(long now)
        {
            if (_claimedAt is { } at && _clock.Between(at, now) < ClaimEvery)
            {
                return false;
            }

            _claimedAt = now;
            return true;
        }

        /// <summary>Lets requests through from now on, or as soon as shares that another granted before this election are over.</summary>
        public void Open(long? electedAt)
        {
            if (_from == Clock.Never)
            {
                _from = electedAt is { } at ? _clock.After(at, _limiter.Limit.Window) : _clock.Now;
            }
        }

        /// <summary>Lets through what may go now; returns when to look again.</summary>
        public long Pump(long now, List<(RateGrantMessage Grant, string ReplyTo)> grants)
        {
            while (_waiting.First is { Value: var first })
            {
                var held = _clock.Between(first.HeardAt, now);
                if (held < Patience)
                {
                    var cost = first.Request.Rate.Cost;
                    var readyAt = Math.Max(_from, _limiter.ReadyAt(cost, now));
                    if (readyAt > now)
                    {
                        // Never: whoever opens the scope looks again.
                        return readyAt;
                    }

                    _limiter.Take(cost, now);
                    _usedAt = now;
                    grants.Add((new RateGrantMessage { Batch = first.Request.Batch, Nonce = first.Request.Nonce, HeldSeconds = held.TotalSeconds }, first.ReplyTo));
                }

                _waiting.RemoveFirst();
                _byId.Remove(first.Id);
            }

            return Clock.Never;
        }
    }
}
