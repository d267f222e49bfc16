using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>What a run promises where several items are at work at once.</summary>
public abstract class ParallelExecutorContract : ExecutorContract
{
    protected override int Limit => 4;

    private protected override BatchOptions Shape(BatchOptions options) => options with { ThrottleLimit = Limit };

    [Fact]
    public async Task Ordered_FirstItemHangs_OthersRunUpToTheWindow()
    {
        using var rig = Start(Options with { Ordered = true, Credits = 10 });
        var posted = 0;
        while (rig.Run.TryPost(posted, ItemTraits.None))
        {
            posted++;
        }

        Assert.Equal(10, posted);
        var first = await rig.Script.NextAsync(Limit);
        foreach (var attempt in first[1..])
        {
            attempt.Succeed();
        }

        for (var i = Limit; i < 10; i++)
        {
            (await rig.Script.NextAsync()).Succeed();
        }

        rig.Until(() => rig.Summary.Done == 9);
        Assert.False(rig.Run.TryTakeResult(out _));
        Assert.False(rig.Run.TryPost(10, ItemTraits.None));

        first[0].Succeed();
        rig.Run.CompleteAdding();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), (await rig.RestAsync()).Select(r => r.Index));
    }

    [Fact]
    public async Task Retry_Waiting_HoldsNeitherWorkerNorPermit()
    {
        using var rig = Start(Options with { Retry = Retries(1) });
        rig.PostAll(2 * Limit);
        foreach (var attempt in await rig.Script.NextAsync(Limit))
        {
            attempt.Fail(Failures.Transient());
        }

        // The whole limit is free for the others while the first wait for their retries.
        var others = await rig.Script.NextAsync(Limit);
        Assert.Equal(Limit, rig.Summary.Retrying);
        Assert.All(others, a => Assert.Equal(1, a.Number));
        Assert.All(others, a => Assert.True(a.Index >= Limit));
        Array.ForEach(others, a => a.Succeed());
        for (var i = 0; i < Limit; i++)
        {
            Assert.True((await rig.NextResultAsync())!.Index >= Limit);
        }

        Time.Run(5);
        Array.ForEach(await rig.Script.NextAsync(Limit), a => a.Succeed());
        Assert.All(await rig.RestAsync(), r => Assert.Equal((ItemStatus.Succeeded, 2), (r.Status, r.Attempts)));
    }

    [Fact]
    public async Task Retry_Due_StartsBeforeNewItems()
    {
        using var rig = Start(Options with { ThrottleLimit = 2, Retry = Retries(1) });
        rig.PostAll(6);
        var first = await rig.Script.NextAsync(2);
        first[1].Fail(Failures.Transient());
        Assert.Equal(2, (await rig.Script.NextAsync()).Index);
        first[0].Fail(Failures.Transient());
        var third = await rig.Script.NextAsync();
        Assert.Equal(3, third.Index);

        Time.Run(5);
        third.Succeed();
        var retry = await rig.Script.NextAsync();
        Assert.Equal((0, 2), (retry.Index, retry.Number));
        retry.Succeed();
        retry = await rig.Script.NextAsync();
        Assert.Equal((1, 2), (retry.Index, retry.Number));
    }

    [Fact]
    public async Task SerializeBy_BusyKey_IsPassedOver()
    {
        using var rig = Start(Options);
        rig.PostAll(6, i => new ItemTraits { SerializeBy = i < 4 ? "busy" : $"free {i}" });

        var attempts = await rig.Script.NextAsync(3);
        Assert.Equal([0L, 4L, 5L], attempts.Select(a => a.Index));
        Array.ForEach(attempts[1..], a => a.Succeed());
        for (var i = 0; i < 3; i++)
        {
            attempts[0].Succeed();
            attempts[0] = await rig.Script.NextAsync();
            Assert.Equal(i + 1, attempts[0].Index);
        }

        attempts[0].Succeed();
        Assert.Equal(6, (await rig.RestAsync()).Count);
    }

    [Fact]
    public async Task Abandoned_KeyStaysLockedUntilTheWorkEnds()
    {
        using var rig = Start(Options with { AttemptTimeout = Second, GracePeriod = Second });
        rig.Script.ObeysStop = false;
        rig.PostAll(3, i => new ItemTraits { SerializeBy = i < 2 ? "key" : null });
        var attempts = await rig.Script.NextAsync(2);
        Assert.Equal([0L, 2L], attempts.Select(a => a.Index));
        attempts[1].Succeed();
        Assert.Equal(2, (await rig.NextResultAsync())!.Index);
        Time.Run(2);
        Assert.True((await rig.NextResultAsync())!.Abandoned);
        Assert.Equal(2, rig.Script.Count);

        attempts[0].Succeed();
        var next = await rig.Script.NextAsync();
        Assert.Equal(1, next.Index);
        next.Succeed();
        Assert.Single(await rig.RestAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SequentialAbove_TooManyFailures_GoesOnOneAtATime(bool throttled)
    {
        using var rig = Start(Options with
        {
            SequentialAbove = throttled ? null : 0.5,
            SequentialAboveThrottled = throttled ? 0.5 : null,
        });
        rig.PostAll(60);
        var inHand = new Queue<ScriptedAttempt>(await rig.Script.NextAsync(Limit));
        for (var failed = 1; failed <= FailureWindow.Minimum; failed++)
        {
            Assert.False(rig.Summary.FellBackToSequential);
            inHand.Dequeue().Fail(throttled ? Failures.Throttled() : Failures.OfItem());
            await rig.NextResultAsync();
            if (failed < FailureWindow.Minimum)
            {
                inHand.Enqueue(await rig.Script.NextAsync());
            }
        }

        Assert.True(rig.Summary.FellBackToSequential);

        // What was at work ends; from then on there is one at a time.
        foreach (var attempt in inHand)
        {
            attempt.Succeed();
        }

        for (var i = FailureWindow.Minimum + Limit - 1; i < 60; i++)
        {
            var attempt = await rig.Script.NextAsync();
            Assert.Equal((i, i + 1, 1), (attempt.Index, rig.Script.Count, rig.Summary.Running));
            attempt.Succeed();
        }

        await rig.RestAsync();
        Assert.Equal([Limit, 1], rig.Summary.Limits.Select(l => l.Limit));
    }
}
