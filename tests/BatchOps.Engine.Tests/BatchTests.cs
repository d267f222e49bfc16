using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

/// <summary>The whole way in one call from C#.</summary>
public sealed class BatchTests
{
    private static readonly Func<Lease<int, int>, ValueTask<int>> Double = static lease => new(lease.Input * 2);

    [Fact]
    public async Task RunAsync_YieldsEachItemOnce()
    {
        var results = await CollectAsync(Batch.RunAsync(Enumerable.Range(0, 2000), async (Lease<int, int> lease) =>
        {
            await Task.Yield();
            return lease.Input * 2;
        }));

        Assert.Equal(Enumerable.Range(0, 2000), results.Select(r => r.Input).Order());
        Assert.All(results, r => Assert.Equal(r.Input * 2, r.Output));
    }

    [Fact]
    public async Task RunAsync_Ordered_YieldsInInputOrder()
    {
        var results = await CollectAsync(Batch.RunAsync(Enumerable.Range(0, 2000), Double, new BatchOptions { Ordered = true, ThrottleLimit = 8 }));

        Assert.Equal(Enumerable.Range(0, 2000), results.Select(r => r.Input));
    }

    [Fact]
    public async Task RunAsync_EmptySource_YieldsNothing() => Assert.Empty(await CollectAsync(Batch.RunAsync([], Double)));

    [Fact]
    public void RunAsync_BadOptions_ThrowsAtTheCall() =>
        Assert.Throws<BatchOptionsException>(() => Batch.RunAsync([1], Double, new BatchOptions { ThrottleLimit = 0 }));

    [Fact]
    public async Task RunAsync_SourceThrows_YieldsWhatWasReadAndThenThrows()
    {
        var results = new List<ItemResult<int, int>>();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var result in Batch.RunAsync(Source(), Double))
            {
                results.Add(result);
            }
        });

        Assert.Equal("source", error.Message);
        Assert.Equal([0, 1, 2], results.Select(r => r.Input).Order());
        Assert.All(results, r => Assert.True(r.Status is ItemStatus.Succeeded or ItemStatus.Canceled));

        static IEnumerable<int> Source()
        {
            yield return 0;
            yield return 1;
            yield return 2;
            throw new InvalidOperationException("source");
        }
    }

    [Fact]
    public async Task RunAsync_TraitsThrow_EndsLikeASourceThatThrows()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => CollectAsync(Batch.RunAsync([1], Double, traits: _ => throw new InvalidOperationException("traits"))));

        Assert.Equal("traits", error.Message);
    }

    [Fact]
    public async Task RunAsync_ConsumerBreaks_CancelsTheRun()
    {
        var throttle = new BatchThrottle();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = 0;
        await foreach (var result in Batch.RunAsync(Source(), (Lease<int, int> lease) => OperateAsync(lease), new BatchOptions { Throttle = throttle, ThrottleLimit = 2 }))
        {
            Assert.Equal(0, result.Input);
            break;
        }

        // The other attempt was told to stop, and the endless source is read no further.
        await stopped.Task.Within();
        HangGuard.Until(() => throttle.Runs == 0);
        Assert.InRange(read, 1, 257);

        IEnumerable<int> Source()
        {
            while (true)
            {
                yield return read++;
            }
        }

        async ValueTask<int> OperateAsync(Lease<int, int> lease)
        {
            if (lease.Input == 0)
            {
                return 0;
            }

            var canceled = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = lease.CancellationToken.Register(() => canceled.TrySetCanceled());
            try
            {
                return await canceled.Task;
            }
            finally
            {
                stopped.TrySetResult();
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_TokenIsCanceled_YieldsTheRestAsCanceled(bool atTheEnumeration)
    {
        using var cancellation = new CancellationTokenSource();
        var source = Batch.RunAsync(Enumerable.Range(0, 100_000), OperateAsync(), cancellationToken: atTheEnumeration ? default : cancellation.Token);
        var results = new List<ItemResult<int, int>>();
        await foreach (var result in source.WithCancellation(atTheEnumeration ? cancellation.Token : default))
        {
            results.Add(result);
            if (results.Count == 10)
            {
                await cancellation.CancelAsync();
            }
        }

        Assert.Equal(results.Count, results.Select(r => r.Index).Distinct().Count());
        Assert.Equal(10, results.Count(r => r.Status == ItemStatus.Succeeded));
        Assert.All(results.Skip(10), r => Assert.Equal(ItemStatus.Canceled, r.Status));
        Assert.InRange(results.Count, 15, 99_999);

        // Ten items succeed; all others wait until they are told to stop.
        static Func<Lease<int, int>, ValueTask<int>> OperateAsync() => async lease =>
        {
            if (lease.Input >= 10)
            {
                var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await never.Task.WaitAsync(lease.CancellationToken);
            }

            return lease.Input;
        };
    }

    [Fact]
    public async Task RunAsync_ItemsStopArriving_FreeCreditsAreUsedAtOnce()
    {
        // Three items wait for the fifth, which can only come when the credit of the fourth is used again.
        var fifth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var results = await CollectAsync(Batch.RunAsync(
            Enumerable.Range(0, 5),
            async (Lease<int, int> lease) =>
            {
                if (lease.Input == 4)
                {
                    fifth.SetResult();
                }
                else if (lease.Input != 3)
                {
                    await fifth.Task;
                }

                return lease.Input;
            },
            new BatchOptions { ThrottleLimit = 4, Credits = 4 })).Within();

        Assert.Equal(5, results.Count);
    }

    [Fact]
    public async Task RunAsync_ManyItemsWaitForTheirRetries_NewItemsKeepComing()
    {
        // Of ten credits, seven lie with items that wait a minute.
        var time = new VirtualTime();
        var run = new BatchRun<int, int>(new BatchOptions { ThrottleLimit = 2, Credits = 10, TimeProvider = time, Random = new FixedRandom(1), Retry = new() { Count = 1, Delay = TimeSpan.FromSeconds(60) } });
        TaskExecutor<int, int>.Attach(run, lease => lease is { Input: < 7, Attempt: 1 } ? throw Failures.Transient() : new(lease.Input));
        var all = CollectAsync(Batch.StreamAsync(run, Enumerable.Range(0, 50)));

        HangGuard.Until(run.Sync, () => run.Summary is { Retrying: 7, Succeeded: 43 }, "all but seven have succeeded");
        time.Run(60);
        Assert.Equal(50, (await all.Within()).Count);
    }

    [Fact]
    public async Task RunAsync_StopAbove_TheRestOfTheSourceIsSkipped()
    {
        var results = await CollectAsync(Batch.RunAsync(
            Enumerable.Range(0, 1000),
            (Lease<int, int> _) => throw Failures.OfItem(),
            new BatchOptions { StopAbove = 0.5 }));

        Assert.Equal(1000, results.Count);
        Assert.True(results.Count(r => r.Status == ItemStatus.Skipped) > 900);
    }

    [Fact]
    public async Task RunAsync_ReaderIsSlow_SourceIsReadNoFurtherThanTheCredits()
    {
        var read = 0;
        var taken = 0;
        await foreach (var _ in Batch.RunAsync(Source(), Double, new BatchOptions { Credits = 8 }))
        {
            taken++;
            Assert.InRange(Volatile.Read(ref read), taken, taken + 16);
        }

        Assert.Equal(500, taken);

        IEnumerable<int> Source()
        {
            for (var i = 0; i < 500; i++)
            {
                Interlocked.Increment(ref read);
                yield return i;
            }
        }
    }

    private static async Task<List<ItemResult<int, int>>> CollectAsync(IAsyncEnumerable<ItemResult<int, int>> source)
    {
        var results = new List<ItemResult<int, int>>();
        await foreach (var result in source)
        {
            results.Add(result);
        }

        return results;
    }
}
