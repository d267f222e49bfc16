namespace BatchOps.Slides.Tests.Google.Presentations;

/// <summary>The system's clock, but whoever waits on it is told of first.</summary>
/// <param name="waits">Called with the time that is about to be waited.</param>
/// <param name="skips">Times that pass at once.</param>
internal sealed class HookedTime(Action<TimeSpan> waits, Func<TimeSpan, bool>? skips = null) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        waits(dueTime);
        return base.CreateTimer(callback, state, skips?.Invoke(dueTime) == true ? TimeSpan.Zero : dueTime, period);
    }
}
