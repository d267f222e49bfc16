namespace AdaptiveSimulation;

/// <summary>Time that a simulation moves on; for the one timer that a throttle has.</summary>
internal sealed class SimulatedClock : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public double Now => _ticks / (double)TimeSpan.TicksPerSecond;

    /// <summary>When the next timer is due.</summary>
    public double NextDue
    {
        get
        {
            var due = long.MaxValue;
            foreach (var timer in _timers)
            {
                due = Math.Min(due, timer.DueAt);
            }

            return due == long.MaxValue ? double.PositiveInfinity : due / (double)TimeSpan.TicksPerSecond;
        }
    }

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Moves on to a time and fires what is due then.</summary>
    public void MoveTo(double seconds)
    {
        _ticks = Math.Max(_ticks, (long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        for (var i = _timers.Count - 1; i >= 0; i--)
        {
            _timers[i].FireIfDue();
        }
    }

    private sealed class Timer(SimulatedClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : clock._ticks + dueTime.Ticks;
            return true;
        }

        public void FireIfDue()
        {
            if (DueAt <= clock._ticks)
            {
                DueAt = long.MaxValue;
                callback(state);
            }
        }

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
