namespace BatchOps.Engine.Tests.Support;

/// <summary>
/// Time that passes only when a test lets it: it stops at every timer on its way and counts the timers that are alive.
/// Like real timers and unlike those of FakeTimeProvider, none ever fires inside the call that sets it.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<VirtualTimer> _timers = [];
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _ticks));

    public int CreatedTimers { get; private set; }

    public int LiveTimers
    {
        get
        {
            lock (_timers)
            {
                return _timers.Count;
            }
        }
    }

    /// <summary>When the next timer is due, as time since the start; null when none is.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_timers)
            {
                return _timers.Min(static t => t.DueAt) is { } due ? new TimeSpan(due) : null;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_timers)
        {
            var timer = new VirtualTimer(this, callback, state);
            timer.Change(dueTime, period);
            _timers.Add(timer);
            CreatedTimers++;
            return timer;
        }
    }

    /// <summary>Lets time pass. What falls due happens on the calling thread, each at its own time.</summary>
    public void Run(TimeSpan span)
    {
        var end = Elapsed.Ticks + span.Ticks;
        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref _ticks, end);
    }

    /// <inheritdoc cref="Run(TimeSpan)"/>
    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    private VirtualTimer? TakeDue(long end)
    {
        lock (_timers)
        {
            var timer = _timers.Where(t => t.DueAt <= end).MinBy(static t => t.DueAt);
            if (timer is not null)
            {
                Volatile.Write(ref _ticks, Math.Max(_ticks, timer.DueAt!.Value));
                timer.DueAt = null;
            }

            return timer;
        }
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long? DueAt { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.Equal(Timeout.InfiniteTimeSpan, period);
            lock (time._timers)
            {
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time._ticks + dueTime.Ticks;
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._timers)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
