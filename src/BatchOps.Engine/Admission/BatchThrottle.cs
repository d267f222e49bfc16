namespace BatchOps.Engine;

/// <summary>
/// Live limits that any number of runs share: concurrency, rate, circuit breaker, the gate of a Retry-After, and the
/// keys of serialised items. One lock guards all of it, so that an attempt takes all it needs at once or nothing.
/// </summary>
public sealed class BatchThrottle
{
    private const double MaxGateJitter = 0.1;
    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(1);

    private readonly Clock _clock;
    private readonly ThrottleOptions _options;
    private readonly ConcurrencyLimit _limit;
    private readonly CircuitBreaker? _breaker;
    private readonly RateLimiter? _rate;
    private readonly LimitController? _adaptive;
    private readonly Dictionary<string, CallQueue> _calls = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<BatchRun> _runs = [];
    private readonly List<Action> _deferred = [];
    private ITimer? _timer;
    private long _armedFor = Clock.Never;
    private long _gate = long.MinValue;
    private long _noteAt = long.MinValue;
    private int _turn;

    /// <summary>Makes a throttle.</summary>
    /// <param name="options">Its limits; null for none.</param>
    /// <param name="timeProvider">Where time comes from; null for <see cref="TimeProvider.System"/>.</param>
    /// <exception cref="BatchOptionsException">A limit cannot work.</exception>
    public BatchThrottle(ThrottleOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, timeProvider, options is { Adaptive: true } ? new AdaptiveLimit() : null)
    {
    }

    internal BatchThrottle(ThrottleOptions? options, TimeProvider? timeProvider, LimitController? adaptive)
    {
        _options = options ?? new ThrottleOptions();
        var errors = new List<string>();
        _options.Validate(errors);
        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }

        _clock = new Clock(timeProvider ?? TimeProvider.System);
        _limit = new ConcurrencyLimit(_options.ThrottleLimit);
        _adaptive = adaptive;
        _breaker = _options.BreakAfter is { } breakAfter ? new CircuitBreaker(breakAfter, _options.BreakDuration, _clock) : null;
        _rate = _options.Rate is { } rate ? new RateLimiter(rate, _clock) : null;
        EnsureCallLimits(_options.CallRates);
    }

    /// <summary>Where the throttle's time comes from.</summary>
    public TimeProvider TimeProvider => _clock.Provider;

    /// <summary>The limits it was made with.</summary>
    public ThrottleOptions Options => _options;

    /// <summary>Attempts at work now, over all runs.</summary>
    public int InFlight { get; private set; }

    /// <summary>Most attempts at work at any time so far.</summary>
    public int PeakInFlight { get; private set; }

    /// <summary>Attempts started so far.</summary>
    public long Started { get; private set; }

    /// <summary>Most attempts that may be at work now; null for no limit of the throttle's own.</summary>
    public int? CurrentLimit => LiveLimit == int.MaxValue ? null : LiveLimit;

    /// <summary>Starts per second that an adaptive limit allows now; null when it does not pace starts, or is none.</summary>
    public double? CurrentRate
    {
        get
        {
            lock (Sync)
            {
                return _adaptive?.Rate;
            }
        }
    }

    /// <summary>State of the circuit breaker; <see cref="BreakerState.Closed"/> without one.</summary>
    public BreakerState Breaker => _breaker?.State ?? BreakerState.Closed;

    /// <summary>How often the breaker opened.</summary>
    public int BreakerTrips => _breaker?.Trips ?? 0;

    /// <summary>Throttled attempts (429) so far.</summary>
    public long RateLimitHits { get; private set; }

    /// <summary>Runs that share the throttle now.</summary>
    public int Runs => _runs.Count;

    /// <summary>How long a server's Retry-After still holds everything back; zero when it does not.</summary>
    public TimeSpan GateRemaining
    {
        get
        {
            lock (Sync)
            {
                var now = _clock.Now;
                return _gate > now ? _clock.Between(now, _gate) : TimeSpan.Zero;
            }
        }
    }

    /// <summary>Names the throttle to workers elsewhere, which keep its rate limit together.</summary>
    internal string Id { get; } = Guid.NewGuid().ToString("N");

    internal object Sync { get; } = new();

    internal KeyLocks Keys { get; } = new();

    internal bool HasDeferred => _deferred.Count > 0;

    /// <summary>Lets nothing start for a while, as a server asked for.</summary>
    /// <param name="wait">How long from now.</param>
    public void Hold(TimeSpan wait)
    {
        lock (Sync)
        {
            Hold(_clock.Now, wait);
        }
    }

    internal void Hold(long now, TimeSpan wait) => _gate = Math.Max(_gate, _clock.After(now, wait));

    internal void Add(BatchRun run)
    {
        lock (Sync)
        {
            _runs.Add(run);
        }
    }

    internal void Remove(BatchRun run)
    {
        var place = _runs.IndexOf(run);
        if (place < 0)
        {
            return;
        }

        _runs.RemoveAt(place);
        if (place < _turn)
        {
            _turn--;
        }

        _turn = _runs.Count == 0 ? 0 : _turn % _runs.Count;
        if (_runs.Count == 0)
        {
            // A throttle at rest holds no timer.
            _timer?.Dispose();
            _timer = null;
            _armedFor = Clock.Never;
        }
    }

    /// <summary>Whether an attempt of that cost may start now; else when to look again.</summary>
    internal bool Admits(double rateCost, long now, ref long wakeAt)
    {
        if (InFlight >= LiveLimit)
        {
            return false;
        }

        var readyAt = Math.Max(_gate, _breaker?.ReadyAt(now) ?? now);
        if (_adaptive is not null)
        {
            readyAt = Math.Max(readyAt, _clock.FromSeconds(_adaptive.ReadyAt(_clock.ToSeconds(now))));
        }

        if (_rate is not null && rateCost > 0)
        {
            readyAt = Math.Max(readyAt, _rate.ReadyAt(rateCost, now));
        }

        if (readyAt <= now)
        {
            return true;
        }

        wakeAt = Math.Min(wakeAt, readyAt);
        return false;
    }

    /// <summary>Takes permit, tokens and breaker passage for an attempt that <see cref="Admits"/> let through.</summary>
    internal void Start(Lease lease, long now)
    {
        InFlight++;
        Started++;
        PeakInFlight = Math.Max(PeakInFlight, InFlight);
        lease.HoldsPermit = true;
        _rate?.Take(lease.RateCost, now);
        _adaptive?.Start(_clock.ToSeconds(now));
        if (_breaker is not null)
        {
            _breaker.Start();
            lease.BreakerEpoch = _breaker.Epoch;
        }
    }

    /// <summary>Takes back the permit and learns from how the attempt ended.</summary>
    internal void End(Lease lease, OutcomeClass outcome, LimitSignal signal, TimeSpan? retryAfter, long now)
    {
        GiveBackPermit(lease);
        Learn(lease, outcome, signal, retryAfter, now);
    }

    /// <summary>Learns from how an attempt ended, or from its being abandoned.</summary>
    internal void Learn(Lease lease, OutcomeClass outcome, LimitSignal signal, TimeSpan? retryAfter, long now)
    {
        lease.Run.Telemetry.NoteAttempt(outcome);
        if (outcome == OutcomeClass.Throttled)
        {
            RateLimitHits++;
        }

        if (retryAfter is { } wait && wait > TimeSpan.Zero)
        {
            // Whoever adapts is one of many clients that were told the same time.
            Hold(now, _adaptive is null ? wait : wait * (1 + (MaxGateJitter * lease.Run.Options.Random.NextDouble())));
        }

        if (_breaker is null && _adaptive is null)
        {
            return;
        }

        var fallBack = _limit.Current;
        _adaptive?.End(new AttemptEnd(_clock.ToSeconds(now - lease.Worked(now)), _clock.ToSeconds(now), outcome, signal, InFlight, Math.Min(_options.ThrottleLimit ?? int.MaxValue, UsefulLimit())));
        if (_breaker is not null)
        {
            // What started before the breaker's last change says nothing about the service now.
            var current = lease.BreakerEpoch == _breaker.Epoch;
            var trips = _breaker.Trips;
            if (_breaker.End(outcome, lease.BreakerEpoch, now))
            {
                _limit.Restart();
            }
            else if (outcome == OutcomeClass.Success && current)
            {
                _limit.Grow(UsefulLimit());
            }

            if (_breaker.Trips > trips)
            {
                lease.Run.Telemetry.NoteBreakerTrip();
            }
        }

        // An adaptive limit moves with every attempt: a change a second is enough to see where it goes.
        if (_limit.Current != fallBack || (_adaptive is not null && now >= _noteAt))
        {
            NoteLimit(now);
        }
    }

    /// <summary>Learns from an attempt that goes on that the service answered it. Guarded by the throttle's lock.</summary>
    internal void NoteSignOfLife(Lease lease)
    {
        var now = _clock.Now;
        if (_breaker is not null && lease.BreakerEpoch == _breaker.Epoch && _breaker.End(OutcomeClass.Success, lease.BreakerEpoch, now))
        {
            // It was the probe, and still holds the only permit: its end lets the next ones in.
            lease.BreakerEpoch = _breaker.Epoch;
            _limit.Restart();
            NoteLimit(now);
        }
    }

    private void NoteLimit(long now)
    {
        _noteAt = _clock.After(now, NoteInterval);
        foreach (var run in _runs)
        {
            run.Summary.NoteLimit(now, Math.Min(LiveLimit, run.Cap));
        }
    }

    /// <summary>The limit on calls of a name, whoever gave it; null when there is none.</summary>
    /// <param name="name">The limit's name; case does not matter.</param>
    public RateLimit? CallLimit(string name)
    {
        lock (Sync)
        {
            return _calls.GetValueOrDefault(name)?.Limit;
        }
    }

    /// <summary>Adds the limits that it does not have yet; what its maker said stands.</summary>
    internal void EnsureCallLimits(IReadOnlyDictionary<string, RateLimit> rates)
    {
        lock (Sync)
        {
            foreach (var (name, rate) in rates)
            {
                if (!_calls.ContainsKey(name))
                {
                    _calls.Add(name, new CallQueue(new RateLimiter(rate, _clock)));
                }
            }
        }
    }

    internal void GiveBackPermit(Lease lease)
    {
        if (lease.HoldsPermit)
        {
            lease.HoldsPermit = false;
            InFlight--;
        }
    }

    /// <summary>Hands leases to waiting takers until no run has both an item that may start and a taker for it.</summary>
    internal void Dispatch(long now)
    {
        var wakeAt = Clock.Never;
        for (var tried = 0; tried < _runs.Count;)
        {
            var place = (_turn + tried) % _runs.Count;
            switch (_runs[place].TryHandOut(now, ref wakeAt))
            {
                case Admission.Granted:
                    _turn = (place + 1) % _runs.Count;
                    tried = 0;
                    break;
                case Admission.ThrottleBusy:
                    // The run whose turn it is keeps it: a cheap item of another must not pass a costly one for ever.
                    Arm(wakeAt);
                    return;
                default:
                    tried++;
                    break;
            }
        }

        Arm(wakeAt);
    }

    /// <summary>Sees to it that the watchdog looks no later than at that time.</summary>
    internal void Arm(long at)
    {
        if (at >= _armedFor)
        {
            return;
        }

        _armedFor = at;
        var due = _clock.Between(_clock.Now, at);
        due = due < TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(due.TotalMilliseconds), int.MaxValue));
        if (_timer is null)
        {
            // The timer must not keep a caller's ambient state alive.
            using (ExecutionContext.SuppressFlow())
            {
                _timer = _clock.Provider.CreateTimer(static state => ((BatchThrottle)state!).OnTimer(), this, due, Timeout.InfiniteTimeSpan);
            }
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Keeps foreign work (opening a worker, ending a wait) for after the lock.</summary>
    internal void Defer(Action action) => _deferred.Add(action);

    /// <summary>Runs what was deferred; never under the lock.</summary>
    internal void RunDeferred()
    {
        Action[] actions;
        lock (Sync)
        {
            actions = [.. _deferred];
            _deferred.Clear();
        }

        foreach (var action in actions)
        {
            action();
        }
    }

    internal async ValueTask AcquireCallAsync(string name, double weight, CancellationToken cancellationToken)
    {
        CallQueue? queue;
        lock (Sync)
        {
            _calls.TryGetValue(name, out queue);
        }

        if (queue is null)
        {
            throw new ArgumentException($"The throttle has no call limit '{name}'. It has: {(_calls.Count == 0 ? "none" : string.Join(", ", _calls.Keys))}.", nameof(name));
        }

        if (!(weight >= 0 && weight <= queue.Limit.Permits))
        {
            throw new ArgumentException($"The weight of a call is {weight}; it must be 0 or more and within the whole limit '{name}' of {queue.Limit}.", nameof(weight));
        }

        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource waiter;
        lock (Sync)
        {
            waiter = queue.Add(weight);
            PumpCalls(_clock.Now);
        }

        var registration = cancellationToken.UnsafeRegister(static (w, token) => ((TaskCompletionSource)w!).TrySetCanceled(token), waiter);
        await using (registration.ConfigureAwait(false))
        {
            try
            {
                await waiter.Task.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Those behind it need not wait for what it would have taken.
                lock (Sync)
                {
                    PumpCalls(_clock.Now);
                }

                throw;
            }
        }
    }

    private void PumpCalls(long now)
    {
        foreach (var queue in _calls.Values)
        {
            Arm(queue.Pump(now, _gate));
        }
    }

    private int LiveLimit => _adaptive is null ? _limit.Current : Math.Min(_limit.Current, _adaptive.Limit);

    private int UsefulLimit()
    {
        var caps = 0L;
        foreach (var run in _runs)
        {
            caps += run.Cap;
        }

        return (int)Math.Min(int.MaxValue, caps);
    }

    private void OnTimer()
    {
        lock (Sync)
        {
            _armedFor = Clock.Never;
            var now = _clock.Now;
            var wakeAt = Clock.Never;

            // Backwards: a sweep may end a run, which then leaves the list.
            for (var i = _runs.Count - 1; i >= 0; i--)
            {
                wakeAt = Math.Min(wakeAt, _runs[i].Sweep(now));
            }

            PumpCalls(now);
            Dispatch(now);
            Arm(wakeAt);
        }

        if (HasDeferred)
        {
            RunDeferred();
        }
    }
}
