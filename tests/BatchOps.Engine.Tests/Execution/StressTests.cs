using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>Real threads and real time, as fast as they go: what virtual time on one thread cannot show.</summary>
public sealed class StressTests
{
    private const int Items = 5000;
    private const int Permits = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TwoRunsOnOneThrottle_KeepLimitAndKeys_AndEnd(int seed)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = Permits, BreakAfter = 50, BreakDuration = TimeSpan.FromMilliseconds(1) });
        var holders = new int[8];
        var inside = 0;
        var violations = 0;
        var random = new Random(seed);
        var keys = Enumerable.Range(0, Items).Select(_ => random.Next(holders.Length)).ToArray();
        var runs = Enumerable.Range(0, 2).Select(n => new BatchRun<int, int>(new BatchOptions
        {
            Throttle = throttle,
            ThrottleLimit = 4,
            Ordered = n == 0,
            Retry = new() { Count = 3, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
            AttemptTimeout = TimeSpan.FromMinutes(1),
            ItemTimeout = TimeSpan.FromMinutes(5),
        })).ToArray();
        var threads = ThreadExecutor<int, int>.Attach(runs[0], Operate);
        TaskExecutor<int, int>.Attach(runs[1], async lease =>
        {
            await Task.Yield();
            return Operate(lease);
        });

        var results = await Task.WhenAll(runs.Select(CollectAsync)).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(0, violations);
        Assert.Equal(Enumerable.Range(0, Items), results[0].Select(r => r.Input));
        Assert.Equal(Enumerable.Range(0, Items), results[1].Select(r => r.Input).Order());
        Assert.All(results, list => Assert.All(list, r => Assert.Equal((ItemStatus.Succeeded, r.Input % 7 == 0 ? 2 : 1), (r.Status, r.Attempts))));
        Assert.Equal((0, 0, 0), (throttle.Runs, throttle.InFlight, throttle.Keys.Count));
        Assert.Equal(Permits, throttle.PeakInFlight);
        Assert.Equal(0, threads.WaitForWorkers(HangGuard.Limit));

        int Operate(Lease<int, int> lease)
        {
            ref var holder = ref holders[keys[lease.Input]];
            if (Interlocked.Increment(ref inside) > Permits || Interlocked.Increment(ref holder) != 1)
            {
                Interlocked.Increment(ref violations);
            }

            Thread.Yield();
            Interlocked.Decrement(ref holder);
            Interlocked.Decrement(ref inside);
            return lease is { Attempt: 1, Input: var input } && input % 7 == 0 ? throw Failures.Transient() : lease.Input;
        }

        async Task<List<ItemResult<int, int>>> CollectAsync(BatchRun<int, int> run)
        {
            var list = new List<ItemResult<int, int>>();
            await foreach (var result in Batch.StreamAsync(run, Enumerable.Range(0, Items), i => new ItemTraits { SerializeBy = keys[i] }))
            {
                list.Add(result);
            }

            return list;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ManyRuns_CanceledAtAnyMoment_EndWithEveryItemAccountedFor(bool onThreads)
    {
        var throttle = new BatchThrottle(new() { ThrottleLimit = 2 });
        for (var round = 0; round < 150; round++)
        {
            var run = new BatchRun<int, int>(new BatchOptions { Throttle = throttle, Credits = 40, Retry = new() { Count = 2, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } });
            var canceled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var cancelAt = round % 40;
            int Operate(Lease<int, int> lease)
            {
                if (lease.Index == cancelAt)
                {
                    canceled.TrySetResult();
                }

                return lease is { Attempt: 1, Index: var index } && index % 3 == 0 ? throw Failures.Transient() : lease.Input;
            }

            var threads = onThreads ? ThreadExecutor<int, int>.Attach(run, Operate) : null;
            if (!onThreads)
            {
                TaskExecutor<int, int>.Attach(run, lease => new(Operate(lease)));
            }

            var canceling = canceled.Task.ContinueWith(_ => run.Cancel(), TaskScheduler.Default);
            for (var i = 0; i < 40; i++)
            {
                Assert.True(run.TryPost(i, new ItemTraits { SerializeBy = i % 5 }));
            }

            var results = new List<ItemResult<int, int>>();
            await canceling.Within();
            while (await run.WaitForResultAsync().Within())
            {
                run.TakeResults(results);
            }

            Assert.Equal(Enumerable.Range(0, 40), results.Select(r => r.Input).Order());
            Assert.Equal((40L, 40L, 0, 0), (run.Summary.Read, run.Summary.Done, run.Summary.Running, run.Summary.Retrying));
            Assert.Equal(0, threads?.WaitForWorkers(HangGuard.Limit) ?? 0);
        }

        Assert.Equal((0, 0, 0), (throttle.Runs, throttle.InFlight, throttle.Keys.Count));
    }
}
