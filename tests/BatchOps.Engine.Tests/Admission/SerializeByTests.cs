using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

public sealed class SerializeByTests
{
    private readonly Simulation _simulation = new();

    private static BatchOptions Options => new() { Random = new FixedRandom(1), ThrottleLimit = 3, GracePeriod = TimeSpan.FromSeconds(1) };

    private static ItemTraits Key(object? key) => new() { SerializeBy = key };

    [Fact]
    public void Key_IsHeldOverTheItemsRetries()
    {
        var run = _simulation.Start(
            Options with { Retry = new() { Count = 1, Delay = TimeSpan.FromSeconds(10) } },
            a => a is { Index: 0, Number: 1 } ? Plan.Failure(Failures.Transient()) : Plan.Success());
        run.Offer(0, Key("a"));
        run.Offer(1, Key("a"));
        run.Offer(2, Key("b"));
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal([0, 11, 12, 0], new[] { run.StartOf(0), run.StartOf(0, 2), run.StartOf(1), run.StartOf(2) });
    }

    [Fact]
    public void Key_EqualItemsGoInInputOrder()
    {
        var run = _simulation.Start(Options, _ => Plan.Success());
        for (var i = 0; i < 12; i++)
        {
            run.Offer(i, Key(i % 2));
        }

        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal([0, 2, 4, 6, 8, 10], run.Attempts.Where(a => a.Index % 2 == 0).Select(a => a.Index));
        Assert.Equal([1, 3, 5, 7, 9, 11], run.Attempts.Where(a => a.Index % 2 == 1).Select(a => a.Index));
        Assert.Equal(6, run.Summary.Duration.TotalSeconds);
        Assert.Equal(2, run.Summary.PeakConcurrency);
    }

    [Fact]
    public void Key_EqualByValue_NotByReference()
    {
        var run = _simulation.Start(Options, _ => Plan.Success());
        run.Offer(0, Key(("server", 1)));
        run.Offer(1, Key(("server", 1)));
        run.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal(1, run.Summary.PeakConcurrency);
    }

    [Fact]
    public void Key_IsSharedByTheRunsOfAThrottle()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var run = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
            for (var i = 0; i < 5; i++)
            {
                run.Offer(i, Key("a"));
            }

            run.EndOffers();
        }

        _simulation.RunToEnd();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), _simulation.Attempts.Select(a => a.StartedAt));
    }

    [Fact]
    public void Key_FreedWhileTheNextInLineCannotStart_GoesToTheOtherRun()
    {
        // The first run is busy with an item of its own when the key is given back, so its item can't use the key.
        var throttle = new BatchThrottle(null, _simulation.Time);
        var holder = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success(5));
        holder.Offer(0, Key("a"));
        holder.EndOffers();
        var busy = _simulation.Start(Options with { Throttle = throttle, ThrottleLimit = 1 }, a => Plan.Success(a.Index == 1 ? 100 : 1));
        busy.Offer(0, Key("a"));
        busy.Offer(1);
        busy.EndOffers();
        var idle = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
        idle.Offer(0, Key("a"));
        idle.EndOffers();
        _simulation.RunToEnd();

        Assert.Equal(5, idle.StartOf(0));
        Assert.Equal(100, busy.StartOf(0));
    }

    [Fact]
    public void Key_RunOfTheNextInLineIsCanceled_GoesToTheOtherRunAtOnce()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var holder = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success(5));
        holder.Offer(0, Key("a"));
        holder.EndOffers();
        var canceled = _simulation.Start(Options with { Throttle = throttle, ThrottleLimit = 1 }, a => Plan.Success(100) with { SecondsAfterStop = 0.7 });
        canceled.Offer(0, Key("a"));
        canceled.Offer(1);
        canceled.EndOffers();
        var other = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
        other.Offer(0, Key("a"));
        other.EndOffers();
        _simulation.At(6, canceled.Run.Cancel);
        _simulation.RunToEnd();

        Assert.InRange(other.StartOf(0), 5, 6);
        Assert.Equal(ItemStatus.Canceled, canceled.Result(0).Status);
    }

    [Fact]
    public void Key_OfItemsThatNeverStart_IsPassedOn()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var holder = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success(5));
        holder.Offer(0, Key("a"));
        holder.EndOffers();
        var stopped = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
        for (var i = 0; i < 5; i++)
        {
            stopped.Offer(i, Key("a"));
        }

        stopped.EndOffers();
        var other = _simulation.Start(Options with { Throttle = throttle }, _ => Plan.Success());
        other.Offer(0, Key("a"));
        other.EndOffers();
        _simulation.At(2, stopped.Run.Cancel);
        _simulation.RunToEnd();

        Assert.Equal(5, other.StartOf(0));
        Assert.Equal(5, stopped.Summary.Canceled);
    }

    [Fact]
    public void Key_NoneHeld_NothingIsKept()
    {
        var throttle = new BatchThrottle(null, _simulation.Time);
        var run = _simulation.Start(Options with { Throttle = throttle, WaitTimeout = TimeSpan.FromSeconds(3) }, _ => Plan.Success(2));
        for (var i = 0; i < 40; i++)
        {
            run.Offer(i, Key(i % 7));
        }

        run.EndOffers();
        _simulation.RunToEnd();

        Assert.True(run.Summary.Skipped > 0);
        Assert.Equal(0, throttle.Keys.Count);
    }
}
