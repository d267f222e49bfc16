namespace BatchOps.Engine;

/// <summary>
/// Opens after so many transient failures in a row and lets one probe through after the break.
/// </summary>
/// <remarks>
/// Only <see cref="OutcomeClass.Transient"/> counts; success and item faults prove the service alive; throttled and
/// canceled attempts are neutral and pass the probe on. Attempts that started before the breaker's last change say
/// nothing about the service now and are ignored. Not thread-safe: guarded by the throttle's lock.
/// </remarks>
internal sealed class CircuitBreaker(int breakAfter, TimeSpan breakDuration, Clock clock)
{
    private int _failures;
    private bool _probing;
    private long _reopensAt;

    public BreakerState State { get; private set; }

    /// <summary>Counts the changes of state; an attempt carries the one it started under.</summary>
    public int Epoch { get; private set; }

    public int Trips { get; private set; }

    public int ConsecutiveFailures => _failures;

    /// <summary>When the next attempt may start; <see cref="Clock.Never"/> while a probe is out.</summary>
    public long ReadyAt(long now)
    {
        if (State == BreakerState.Open && now >= _reopensAt)
        {
            Change(BreakerState.HalfOpen);
        }

        return State switch
        {
            BreakerState.Closed => now,
            BreakerState.Open => _reopensAt,
            _ => _probing ? Clock.Never : now,
        };
    }

    /// <summary>Notes that an attempt starts.</summary>
    public void Start() => _probing = State == BreakerState.HalfOpen;

    /// <summary>Notes how an attempt ended. True when the breaker closed after having been open.</summary>
    public bool End(OutcomeClass outcome, int epoch, long now)
    {
        if (epoch != Epoch)
        {
            return false;
        }

        switch (outcome)
        {
            case OutcomeClass.Transient when State == BreakerState.HalfOpen || ++_failures >= breakAfter:
                Trips++;
                _reopensAt = clock.After(now, breakDuration);
                Change(BreakerState.Open);
                return false;
            case OutcomeClass.Success or OutcomeClass.ItemFault:
                _failures = 0;
                if (State != BreakerState.HalfOpen)
                {
                    return false;
                }

                Change(BreakerState.Closed);
                return true;
            default:
                _probing = false;
                return false;
        }
    }

    private void Change(BreakerState state)
    {
        State = state;
        Epoch++;
        _failures = 0;
        _probing = false;
    }
}
