using BatchOps.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BatchOps.Engine.Tests.Admission;

public sealed class RateLimiterProperties
{
    [Property(MaxTest = 300, Arbitrary = [typeof(RateLimiterProperties)])]
    public void Window_NeverHoldsMoreThanTheUsedShare(RateSchedule schedule)
    {
        var starts = Play(schedule).Where(s => s.Cost > 0).ToList();
        var window = schedule.Rate.Window.Ticks;
        var used = schedule.Rate.Used;
        var sum = 0.0;
        for (int first = 0, last = 0; last < starts.Count; last++)
        {
            sum += starts[last].Cost;
            while (starts[last].At - starts[first].At >= window)
            {
                sum -= starts[first++].Cost;
            }

            Assert.True(first == last || sum <= used + 1e-6, $"{sum} units in the window that ends at {starts[last].At}, {used} are allowed");
        }
    }

    [Property(MaxTest = 300, Arbitrary = [typeof(RateLimiterProperties)])]
    public void Start_NeverWaitsBeyondWhatTheLimitAsksFor(RateSchedule schedule)
    {
        // After an empty window, anything may go at once.
        var time = new VirtualTime();
        var clock = new Clock(time);
        var limiter = new RateLimiter(schedule.Rate, clock);
        foreach (var (cost, _) in schedule.Starts)
        {
            var debt = TimeSpan.FromTicks((long)(schedule.Rate.Window.Ticks * Math.Max(1, cost / schedule.Rate.Used)) + 1);
            Assert.True(limiter.ReadyAt(cost, clock.Now) <= clock.Now, $"a cost of {cost} waits after a pause");
            limiter.Take(cost, clock.Now);
            time.Run(debt + schedule.Rate.Window);
        }
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(RateLimiterProperties)])]
    public void Backlog_UsesTheShare(FineRateSchedule fine)
    {
        var starts = Play(fine.Schedule);

        // From the first start to the last: all but the last were paid for with time.
        var elapsed = (double)(starts[^1].At - starts[0].At) / fine.Schedule.Rate.Window.Ticks;
        var taken = starts.SkipLast(1).Sum(s => s.Cost);
        Assert.True(taken >= 0.95 * fine.Schedule.Rate.Used * elapsed, $"{taken} of {fine.Schedule.Rate.Used * elapsed}");
    }

    /// <summary>Starts each cost as soon as the limiter lets it, after the caller's own delay.</summary>
    private static List<(long At, double Cost)> Play(RateSchedule schedule)
    {
        var time = new VirtualTime();
        var clock = new Clock(time);
        var limiter = new RateLimiter(schedule.Rate, clock);
        var starts = new List<(long, double)>();
        foreach (var (cost, delay) in schedule.Starts)
        {
            time.Run(TimeSpan.FromTicks((long)(delay * schedule.Rate.Window.Ticks)));
            for (var waits = 0; limiter.ReadyAt(cost, clock.Now) is var at && at > clock.Now; waits++)
            {
                Assert.True(waits < 10, "the limiter names a time and then another");
                time.Run(TimeSpan.FromTicks(at - clock.Now));
            }

            limiter.Take(cost, clock.Now);
            starts.Add((clock.Now, cost));
        }

        return starts;
    }

    public static Arbitrary<RateSchedule> Schedules()
    {
        var schedule =
            from rate in Rates(1, 200)
            from count in Gen.Choose(1, 150)
            from costs in Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(1.0)), (2, Gen.Choose(0, 50).Select(c => c / 10.0)), (1, Gen.Choose(0, 100).Select(c => rate.Permits * c / 100))), count)
            from delays in Gen.ArrayOf(Gen.Frequency((4, Gen.Constant(0.0)), (2, Gen.Choose(0, 100).Select(d => d / 1000.0)), (1, Gen.Choose(0, 150).Select(d => d / 100.0))), count)
            select new RateSchedule(rate, [.. costs.Zip(delays)]);
        return Arb.From(schedule, Shrink);
    }

    public static Arbitrary<FineRateSchedule> FineSchedules()
    {
        var schedule =
            from rate in Rates(50, 2000)
            from count in Gen.Choose(300, 600)
            from costs in Gen.ArrayOf(Gen.Choose(1, 100).Select(c => Math.Max(0.1, rate.Used / 40 * c / 100)), count)
            select new FineRateSchedule(new RateSchedule(rate, [.. costs.Select(c => (c, 0.0))]));
        return Arb.From(schedule);
    }

    private static Gen<RateLimit> Rates(int least, int most) =>
        from permits in Gen.Choose(least, most)
        from seconds in Gen.Elements(0.1, 1, 7.3, 60, 3600)
        from share in Gen.Elements(0.5, 0.8, 1.0)
        from burst in Gen.Choose(0, 100)
        select new RateLimit(permits, TimeSpan.FromSeconds(seconds)) { Share = share, Burst = Math.Max(1, permits * share * burst / 100) };

    private static IEnumerable<RateSchedule> Shrink(RateSchedule schedule)
    {
        var starts = schedule.Starts;
        for (var length = starts.Length / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= starts.Length; at += length)
            {
                if (length < starts.Length)
                {
                    yield return schedule with { Starts = [.. starts[..at], .. starts[(at + length)..]] };
                }
            }
        }

        for (var i = 0; i < starts.Length; i++)
        {
            if (starts[i] != (1, 0))
            {
                yield return schedule with { Starts = [.. starts[..i], (1, 0), .. starts[(i + 1)..]] };
            }
        }
    }

    public sealed record RateSchedule(RateLimit Rate, (double Cost, double Delay)[] Starts)
    {
        public override string ToString() => $"{Rate} share {Rate.Share} burst {Rate.Burst}: {string.Join(" ", Starts.Select(s => $"{s.Cost:0.##}+{s.Delay:0.###}"))}";
    }

    public sealed record FineRateSchedule(RateSchedule Schedule);
}
