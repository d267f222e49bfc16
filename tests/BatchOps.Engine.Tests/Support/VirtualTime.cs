using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Engine.Tests.Support;

/// <summary>Virtual time that stops at every timer on its way and counts the timers that are alive.</summary>
internal sealed class VirtualTime : FakeTimeProvider
{
    private readonly HashSet<CountedTimer> _timers = [];
    private readonly DateTimeOffset _start;

    public VirtualTime()
    {
        _start = GetUtcNow();
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => GetUtcNow() - _start;

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
                return _timers.Min(static t => t.DueAt);
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new CountedTimer(this);
        lock (_timers)
        {
            _timers.Add(timer);
            CreatedTimers++;
        }

        timer.Inner = base.CreateTimer(
            s =>
            {
                timer.Note(Timeout.InfiniteTimeSpan);
                callback(s);
            },
            state,
            timer.Note(dueTime),
            period);
        return timer;
    }

    /// <summary>Lets time pass; each timer fires at its own time, not all of them at the end.</summary>
    public void Run(TimeSpan span)
    {
        var end = Elapsed + span;
        while (NextDue is { } due && due <= end)
        {
            Advance(due - Elapsed);
        }

        Advance(end - Elapsed);
    }

    public void Run(double seconds) => Run(TimeSpan.FromSeconds(seconds));

    private sealed class CountedTimer(VirtualTime time) : ITimer
    {
        public ITimer? Inner { get; set; }

        public TimeSpan? DueAt { get; private set; }

        /// <summary>Notes the due time. Like a real timer, one that is due at once does not fire in place.</summary>
        public TimeSpan Note(TimeSpan dueTime)
        {
            if (dueTime == TimeSpan.Zero)
            {
                dueTime = TimeSpan.FromMilliseconds(1);
            }

            lock (time._timers)
            {
                DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time.Elapsed + dueTime;
            }

            return dueTime;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner!.Change(Note(dueTime), period);

        public void Dispose()
        {
            lock (time._timers)
            {
                time._timers.Remove(this);
            }

            Inner!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
