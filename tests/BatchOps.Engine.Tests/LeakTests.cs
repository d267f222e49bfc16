using System.Runtime.CompilerServices;
using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

/// <summary>What must be gone when runs have ended. Nothing else runs beside it: it measures the whole process.</summary>
[Collection(nameof(LeakTests))]
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class LeakTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TwoHundredRuns_OnOneThrottle_LeaveNothing(bool onThreads)
    {
        var time = new VirtualTime();
        var throttle = new BatchThrottle(new() { ThrottleLimit = 4, BreakAfter = 5, Rate = new RateLimit(1e9, TimeSpan.FromSeconds(1)) { Burst = 1e6 } }, time);
        var runs = new List<WeakReference>();
        for (var i = 0; i < 200; i++)
        {
            runs.Add(await RunAsync(throttle, time, onThreads, i));
        }

        Assert.Equal((0, 0, 0, 0), (throttle.Runs, throttle.InFlight, throttle.Keys.Count, time.LiveTimers));
        Assert.True(time.CreatedTimers > 0);

        // A stack of its own: this one may still stand inside the last run.
        await Task.Yield();
        HangGuard.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !runs.Exists(r => r.IsAlive);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Soak_NoOpItems_MemoryStaysFlat(bool onThreads)
    {
        const int Items = 200_000;
        var run = new BatchRun<byte[], int>(new BatchOptions { ThrottleLimit = 4 });
        Attach(run, onThreads, static lease => lease.Input.Length);
        var (grown, count) = await StreamAsync(run, Enumerable.Range(0, Items).Select(static _ => new byte[64]));

        Assert.Equal(Items, count);
        Assert.True(grown < 2_000_000, $"{grown} bytes more at the end than after a tenth");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Soak_EveryFeature_MemoryStaysFlat(bool onThreads)
    {
        const int Items = 50_000;
        var run = new BatchRun<byte[], int>(new BatchOptions
        {
            ThrottleLimit = 4,
            Retry = new() { Count = 2, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
            AttemptTimeout = TimeSpan.FromHours(1),
            ItemTimeout = TimeSpan.FromHours(1),
            WaitTimeout = TimeSpan.FromHours(1),
            RunTimeout = TimeSpan.FromHours(1),
            StopAbove = 0.9,
            Ordered = true,
            ThrottleOptions = new() { BreakAfter = 1000, Rate = new RateLimit(1e9, TimeSpan.FromSeconds(1)) { Burst = 1e6 } },
        });
        Attach(run, onThreads, static lease =>
        {
            _ = lease.CancellationToken;
            return lease is { Attempt: 1, Index: var index } && index % 10 == 0 ? throw Failures.Transient() : lease.Input.Length;
        });
        var key = 0;
        var (grown, count) = await StreamAsync(run, Enumerable.Range(0, Items).Select(static _ => new byte[64]), _ => new ItemTraits { SerializeBy = key++ % 500 });

        Assert.Equal((Items, Items), (count, run.Summary.Succeeded));
        Assert.True(grown < 2_000_000, $"{grown} bytes more at the end than after a tenth");
    }

    /// <summary>Reads all results; gives by how much the memory in use grew from the first tenth to the last item.</summary>
    private static async Task<(long Grown, int Count)> StreamAsync(BatchRun<byte[], int> run, IEnumerable<byte[]> source, Func<byte[], ItemTraits>? traits = null)
    {
        var total = source.Count();
        var count = 0;
        var before = 0L;
        var last = 0L;
        await foreach (var result in Batch.StreamAsync(run, source, traits))
        {
            count++;
            if (count == total / 10)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (count == total)
            {
                last = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        return (last - before, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunAsync(BatchThrottle throttle, VirtualTime time, bool onThreads, int number)
    {
        var run = new BatchRun<int, string>(new BatchOptions
        {
            Throttle = throttle,
            TimeProvider = time,
            ThrottleLimit = 3,
            AttemptTimeout = TimeSpan.FromSeconds(1),
            RunTimeout = TimeSpan.FromMinutes(1),
            Deduplicate = number % 3 == 0,
        });
        ThreadExecutor<int, string>? threads = null;
        if (onThreads)
        {
            threads = ThreadExecutor<int, string>.Attach(run, static lease => Operate(lease));
        }
        else
        {
            TaskExecutor<int, string>.Attach(run, static lease => new(Operate(lease)));
        }

        for (var i = 0; i < 10; i++)
        {
            run.TryPost(i, new ItemTraits { Key = i, SerializeBy = i % 2 });
        }

        if (number % 5 == 0)
        {
            run.Cancel();
        }

        run.CompleteAdding();
        var results = new List<ItemResult<int, string>>();
        while (await run.WaitForResultAsync().Within())
        {
            run.TakeResults(results);
        }

        Assert.Equal(10, results.Count);
        Assert.Equal(0, threads?.WaitForWorkers(HangGuard.Limit) ?? 0);
        return new WeakReference(run);

        static string Operate(Lease lease)
        {
            lease.CancellationToken.ThrowIfCancellationRequested();
            return lease.Index % 4 == 0 ? throw Failures.OfItem() : "ok";
        }
    }

    private static void Attach(BatchRun<byte[], int> run, bool onThreads, Func<Lease<byte[], int>, int> operation)
    {
        if (onThreads)
        {
            ThreadExecutor<byte[], int>.Attach(run, operation);
        }
        else
        {
            TaskExecutor<byte[], int>.Attach(run, lease => new(operation(lease)));
        }
    }
}
