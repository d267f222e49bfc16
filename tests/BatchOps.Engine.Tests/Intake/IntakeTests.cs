using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Intake;

public sealed class IntakeTests
{
    private readonly Simulation _simulation = new();

    [Fact]
    public void Credits_BoundWhatTheRunHolds()
    {
        var run = _simulation.Start(new BatchOptions { Credits = 10 }, 100, _ => Plan.Success());
        _simulation.Quiet = () => Assert.InRange(run.Summary.Read - run.Summary.Emitted, 0, 10);
        _simulation.RunToEnd();

        Assert.Equal((100L, 100L), (run.Summary.Read, run.Summary.Emitted));
    }

    [Fact]
    public void Credits_ReaderStandsStill_TheRunStandsStillToo()
    {
        var run = _simulation.Start(new BatchOptions { Credits = 10 }, 100, _ => Plan.Success());
        run.Reading = false;
        _simulation.RunUntil(1000);
        Assert.Equal((10L, 10L, 0L), (run.Summary.Read, run.Summary.Done, run.Summary.Emitted));

        run.Reading = true;
        _simulation.RunToEnd();
        Assert.Equal(100, run.Summary.Succeeded);
    }

    [Fact]
    public void Credits_Ordered_AreTheReorderWindow()
    {
        var run = _simulation.Start(new BatchOptions { Credits = 10, Ordered = true, ThrottleLimit = 2 }, 100, a => Plan.Success(a.Index == 0 ? 500 : 1));
        _simulation.RunUntil(499);
        Assert.Equal((10L, 9L, 0), (run.Summary.Read, run.Summary.Done, run.Results.Count));

        _simulation.RunToEnd();
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), run.Results.Select(r => r.Index));
    }

    [Fact]
    public void Credits_None_EverythingIsTaken()
    {
        var run = _simulation.Start(new BatchOptions { Credits = int.MaxValue }, 5000, _ => Plan.Hang);
        run.Reading = false;
        _simulation.RunUntil(1);

        Assert.Equal(5000, run.Summary.Read);
        run.Run.Cancel();
    }

    [Fact]
    public void TryPost_Many_PostsAsManyAsThereAreCreditsFor()
    {
        var run = new BatchRun<int, string>(new BatchOptions { Credits = 5, TimeProvider = _simulation.Time });
        var items = Enumerable.Range(0, 8).Select(i => (i, ItemTraits.None)).ToArray();
        Assert.Equal(3, run.TryPost(items.AsSpan(0, 3)));
        Assert.Equal(2, run.TryPost(items.AsSpan(3)));
        Assert.Equal(0, run.TryPost(items.AsSpan(5)));
        run.Cancel();

        var results = new List<ItemResult<int, string>>();
        Assert.Equal(5, run.TakeResults(results));
        Assert.Equal([0, 1, 2, 3, 4], results.Select(r => r.Input));
        Assert.Equal(3, run.TryPost(items.AsSpan(5)));
        Assert.Equal(8, run.Summary.Canceled);
    }

    [Fact]
    public void Fault_OfAnItem_FailsItWithoutRunning()
    {
        var fault = new InvalidOperationException("no key");
        var run = _simulation.Start(new BatchOptions(), _ => Plan.Success());
        run.Offer(0, new ItemTraits { Fault = fault });
        run.Offer(1);
        run.EndOffers();
        _simulation.RunToEnd();

        var failed = run.Result(0);
        Assert.Equal((ItemStatus.Failed, OutcomeReason.None, 0), (failed.Status, failed.Reason, failed.Attempts));
        Assert.Same(fault, failed.Error);
        Assert.Equal([fault], failed.Errors);
        Assert.Equal((1L, 1L), (run.Summary.Executed, run.Summary.Succeeded));
    }

    [Fact]
    public async Task WaitForCredit_RunIsCanceled_Ends()
    {
        var run = new BatchRun<int, string>(new BatchOptions { Credits = 1, TimeProvider = _simulation.Time });
        run.TryPost(0, ItemTraits.None);
        var waiting = run.WaitForCreditAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        run.Cancel();

        await waiting.Within();
    }

    [Fact]
    public async Task WaitForCredit_ResultIsTaken_Ends()
    {
        var run = new BatchRun<int, string>(new BatchOptions { Credits = 1, TimeProvider = _simulation.Time });
        run.TryPost(0, new ItemTraits { Fault = Failures.OfItem() });
        var waiting = run.WaitForCreditAsync().AsTask();
        Assert.True(run.TryTakeResult(out _));

        await waiting.Within();
        Assert.True(run.WaitForCreditAsync().IsCompleted);
    }

    [Fact]
    public async Task WaitForCredit_LastNewItemStarts_EndsThoughLessThanHalfIsFree()
    {
        var run = _simulation.Start(new BatchOptions { Credits = 4, ThrottleLimit = 2 }, a => Plan.Success(a.Index < 2 ? a.Index + 1 : 10));
        for (var i = 0; i < 4; i++)
        {
            run.Offer(i);
        }

        _simulation.RunUntil(0.5);
        var waiting = run.Run.WaitForCreditAsync().AsTask();

        // One credit is back, but there is still an item to start.
        _simulation.RunUntil(1.5);
        Assert.False(waiting.IsCompleted);
        run.Reading = false;
        _simulation.RunUntil(2.5);
        await waiting.Within();
        run.Run.Cancel();
    }
}
