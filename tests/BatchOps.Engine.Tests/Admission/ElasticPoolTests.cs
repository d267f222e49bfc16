using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>When a run calls for one more worker.</summary>
public sealed class ElasticPoolTests
{
    // A worker takes its item when it comes up; until then the same item may call for another one.
    private static readonly int OnTheirWay = Environment.ProcessorCount;

    private readonly Simulation _simulation = new();

    [Fact]
    public void OneItemAtATime_OneWorker()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 8 }, _ => Plan.Success(0.5));
        for (var i = 0; i < 20; i++)
        {
            _simulation.At(i, () => run.Offer(0));
        }

        _simulation.At(20, run.EndOffers);
        _simulation.RunToEnd();

        Assert.Equal((20L, 1), (run.Summary.Succeeded, run.WorkersOpened));
    }

    [Fact]
    public void NoItems_NoWorker()
    {
        var run = _simulation.Start(new BatchOptions(), 0, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal(0, run.WorkersOpened);
    }

    [Fact]
    public void ManyItems_AsManyWorkersAsTheLimit()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 8 }, 100, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.Equal((8, 8), (run.WorkersOpened, run.Summary.PeakConcurrency));
    }

    [Fact]
    public void ThrottleBelowTheRunsLimit_AsManyWorkersAsPermits()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 50, ThrottleOptions = new() { ThrottleLimit = 3 } }, 100, _ => Plan.Success());
        _simulation.RunToEnd();

        Assert.InRange(run.WorkersOpened, 3, 3 + OnTheirWay);
    }

    [Fact]
    public void RateBelowWhatOneWorkerDoes_OneWorker()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 50, ThrottleOptions = new() { Rate = RateLimit.Parse("1/s") } }, 20, _ => Plan.Success(0.5));
        _simulation.RunToEnd();

        Assert.InRange(run.WorkersOpened, 1, 1 + OnTheirWay);
    }

    [Fact]
    public void RetriesThatWait_NoWorker()
    {
        var run = _simulation.Start(
            new BatchOptions { ThrottleLimit = 8, Random = new FixedRandom(1), Retry = new() { Count = 1, Delay = TimeSpan.FromSeconds(30) } },
            _ => Plan.Failure(Failures.Transient()));
        for (var i = 0; i < 5; i++)
        {
            _simulation.At(i * 2, () => run.Offer(0));
        }

        _simulation.At(10, run.EndOffers);
        _simulation.RunToEnd();

        Assert.Equal(1, run.WorkersOpened);
    }

    [Fact]
    public void BusyKeys_NoFurtherWorker()
    {
        var run = _simulation.Start(new BatchOptions { ThrottleLimit = 50 }, _ => Plan.Success());
        for (var i = 0; i < 20; i++)
        {
            run.Offer(i, new ItemTraits { SerializeBy = "one" });
        }

        run.EndOffers();
        _simulation.RunToEnd();

        Assert.InRange(run.WorkersOpened, 1, 1 + OnTheirWay);
    }

    [Fact]
    public void SlowToOpen_NotOpenedWhereAWorkerAtHandIsSoonerFree()
    {
        // Opening takes 2 s, an item 0.1 s: no more workers than processors are worth their opening.
        var run = new BatchRun<int, string>(new BatchOptions { ThrottleLimit = 50, Credits = 1000, TimeProvider = _simulation.Time });
        var opened = 0;
        run.Attach(() => opened++);
        for (var i = 0; i < 500; i++)
        {
            run.TryPost(i, ItemTraits.None);
        }

        Assert.InRange(opened, 1, Environment.ProcessorCount);
        run.Cancel();
    }
}
