using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using BatchOps.Engine;

namespace BatchOps.Tests;

/// <summary>An attempt as an operation of the contract sees it, wherever it runs.</summary>
/// <param name="Index">The item's index.</param>
/// <param name="Attempt">The attempt's number, from 1.</param>
/// <param name="Input">The item.</param>
/// <param name="Stop">Signals that it must stop.</param>
public sealed record ContractItem(long Index, int Attempt, int Input, CancellationToken Stop);

/// <summary>What every executor promises alike, in real time: whether its workers are threads, tasks or processes elsewhere.</summary>
/// <remarks>
/// Operations are called in the process of the tests. Nothing is known of latencies, so nothing waits for a time to pass
/// but what is about time; of an error only what an error message can say is asked.
/// </remarks>
public abstract class ExecutorContract : IDisposable
{
    /// <summary>Reached only by a test that fails.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchops-contract-");

    /// <summary>The options of a run, made fit for the executor.</summary>
    protected abstract BatchOptions Configure(BatchOptions options);

    /// <summary>Attaches the executor to a run, with workers that run the operation.</summary>
    /// <returns>What is disposed when the run has ended; null for nothing.</returns>
    protected abstract ValueTask<IAsyncDisposable?> AttachAsync(BatchRun<int, string> run, Func<ContractItem, ValueTask<string>> operation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Run_NoItems_EndsWithoutResult() =>
        Assert.Empty(await RunAsync([], static _ => throw new InvalidOperationException("There is nothing to run.")));

    [Fact]
    public async Task Run_ManyItems_EachHasExactlyOneOutcome()
    {
        var executed = new ConcurrentBag<(long Index, int Input, int Attempt)>();
        var results = await RunAsync(Enumerable.Range(1000, 200), item =>
        {
            executed.Add((item.Index, item.Input, item.Attempt));
            return item.Input % 10 == 3 ? throw OfItem($"no {item.Input}") : new($"{item.Input}");
        });

        Assert.Equal(Enumerable.Range(0, 200).Select(static i => (long)i), results.Select(static r => r.Index).Order());
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => ((long)i, i + 1000, 1)), executed.Order());
        foreach (var result in results)
        {
            Assert.Equal((result.Index + 1000, 1, OutcomeReason.None), (result.Input, result.Attempts, result.Reason));
            if (result.Input % 10 == 3)
            {
                Assert.Equal((ItemStatus.Failed, null), (result.Status, result.Output));
                Assert.Contains($"no {result.Input}", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal((ItemStatus.Succeeded, $"{result.Input}", null), (result.Status, result.Output, result.Error));
            }
        }
    }

    [Fact]
    public async Task Run_OutputOfAnyText_ComesBackAsItWas()
    {
        string[] outputs = [string.Empty, "\"'\\\r\n\t\u0001 {}[]", "žluťoučký \u4e2d\u6587 \U0001F600", new string('x', 100_000)];
        var results = await RunAsync(Enumerable.Range(0, outputs.Length), item => new(outputs[item.Input]));
        Assert.Equal(outputs, results.OrderBy(static r => r.Index).Select(static r => r.Output));
    }

    [Fact]
    public async Task Run_ManyItems_LimitIsReachedAndNeverExceeded()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions(), gates.EnterAsync);
        live.PostAll(Enumerable.Range(0, 6 * live.Limit));
        for (var round = 0; round < 6; round++)
        {
            // All of a round are inside at once, or this waits for ever.
            foreach (var attempt in await gates.NextAsync(live.Limit))
            {
                attempt.Succeed();
            }
        }

        await live.RestAsync();
        Assert.Equal(live.Limit, gates.Peak);
        Assert.Equal(live.Limit, live.Run.Summary.PeakConcurrency);
    }

    [Fact]
    public async Task Unordered_ResultsLeaveAsTheyFinish()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions(), gates.EnterAsync);
        live.PostAll(Enumerable.Range(0, live.Limit));
        foreach (var attempt in (await gates.NextAsync(live.Limit)).Reverse())
        {
            attempt.Succeed();
            Assert.Equal(attempt.Item.Index, (await live.NextAsync())!.Index);
        }

        Assert.Empty(await live.RestAsync());
    }

    [Fact]
    public async Task Ordered_ResultsLeaveInInputOrder()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions { Ordered = true }, gates.EnterAsync);
        live.PostAll(Enumerable.Range(0, 4 * live.Limit));
        for (var round = 0; round < 4; round++)
        {
            foreach (var attempt in (await gates.NextAsync(live.Limit)).Reverse())
            {
                attempt.Succeed();
            }
        }

        Assert.Equal(Enumerable.Range(0, 4 * live.Limit).Select(static i => (long)i), (await live.RestAsync()).Select(static r => r.Index));
    }

    [Fact]
    public async Task Retry_Transient_UntilItSucceedsOrTheCountIsUsedUp()
    {
        var results = await RunAsync(
            Enumerable.Range(0, 20),
            static item => item.Input % 2 == 1 || item.Attempt < 3 ? throw Transient($"attempt {item.Attempt}") : new($"attempt {item.Attempt}"),
            new BatchOptions { Retry = Retries(2) });

        foreach (var result in results)
        {
            Assert.Equal(3, result.Attempts);
            Assert.Equal(result.Input % 2 == 0 ? (ItemStatus.Succeeded, "attempt 3") : (ItemStatus.Failed, null), (result.Status, result.Output));
            Assert.Equal(result.Input % 2 == 0 ? 2 : 3, result.Errors.Count);
            Assert.All(result.Errors, static (error, i) => Assert.Contains($"attempt {i + 1}", error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Retry_ItemFault_IsNotRetried()
    {
        var executed = 0;
        var results = await RunAsync(
            Enumerable.Range(0, 5),
            _ =>
            {
                Interlocked.Increment(ref executed);
                throw OfItem("no");
            },
            new BatchOptions { Retry = Retries(3) });

        Assert.Equal(5, executed);
        Assert.All(results, static r => Assert.Equal((ItemStatus.Failed, 1), (r.Status, r.Attempts)));
    }

    [Fact]
    public async Task Retry_ServerAskedToWait_NothingStartsBefore()
    {
        var wait = TimeSpan.FromSeconds(0.4);
        long failed = 0;
        long started = 0;
        var results = await RunAsync(
            [0],
            item =>
            {
                if (item.Attempt == 1)
                {
                    failed = TimeProvider.System.GetTimestamp();
                    throw Throttled(wait);
                }

                started = TimeProvider.System.GetTimestamp();
                return new("done");
            },
            new BatchOptions { Retry = Retries(1) },
            check: static summary => Assert.Equal(1, summary.RateLimitHits));

        Assert.Equal((ItemStatus.Succeeded, 2), (results[0].Status, results[0].Attempts));
        Assert.True(TimeProvider.System.GetElapsedTime(failed, started) >= wait, "The retry came before its time.");
    }

    [Fact]
    public async Task Deduplicate_EqualKeysRunOnce()
    {
        var executed = new ConcurrentBag<int>();
        var results = await RunAsync(
            [1, 2, 1, 3, 1, 2],
            item =>
            {
                executed.Add(item.Input);
                return item.Input == 3 ? throw OfItem("no") : new($"{item.Input}");
            },
            new BatchOptions { Deduplicate = true },
            static item => new ItemTraits { Key = item });

        Assert.Equal([1, 2, 3], executed.Order());
        Assert.Equal([2L, 4L, 5L], results.Where(static r => r.FromCache).Select(static r => r.Index).Order());
        Assert.All(results, static r => Assert.Equal(r.Input == 3 ? null : $"{r.Input}", r.Output));
    }

    [Fact]
    public async Task SerializeBy_EqualValuesNeverOverlap()
    {
        var inside = new int[4];
        var overlaps = 0;
        var results = await RunAsync(
            Enumerable.Range(0, 80),
            async item =>
            {
                if (Interlocked.Increment(ref inside[item.Input % 4]) > 1)
                {
                    Interlocked.Increment(ref overlaps);
                }

                await Task.Yield();
                Interlocked.Decrement(ref inside[item.Input % 4]);
                return item.Attempt == 1 && item.Input % 8 == 0 ? throw Transient("once more") : "done";
            },
            new BatchOptions { Retry = Retries(1) },
            static item => new ItemTraits { SerializeBy = $"key {item % 4}" });

        Assert.Equal(0, overlaps);
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
    }

    [Fact]
    public async Task SerializeBy_BusyValue_OthersGoOn()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions(), gates.EnterAsync);
        if (live.Limit < 2)
        {
            return;
        }

        live.PostAll(Enumerable.Range(0, 6), static item => new ItemTraits { SerializeBy = item < 3 ? "busy" : $"free {item}" });
        var busy = new List<Gates.Attempt>();
        for (var left = 4; left > 0; left--)
        {
            var attempt = (await gates.NextAsync(1))[0];
            if (attempt.Item.Index < 3)
            {
                busy.Add(attempt);
            }
            else
            {
                attempt.Succeed();
                Assert.Equal(attempt.Item.Index, (await live.NextAsync())!.Index);
            }
        }

        // The three others have ended, and of these only the first has started.
        Assert.Equal(0, Assert.Single(busy).Item.Index);
        for (var next = 1; next <= 3; next++)
        {
            busy[0].Succeed();
            Assert.Equal(next - 1, (await live.NextAsync())!.Index);
            if (next < 3)
            {
                busy[0] = (await gates.NextAsync(1))[0];
                Assert.Equal(next, busy[0].Item.Index);
            }
        }

        Assert.Empty(await live.RestAsync());
    }

    [Fact]
    public async Task Breaker_Opens_WhatWaitsIsSkipped()
    {
        var executed = 0;
        var options = new BatchOptions
        {
            WaitTimeout = TimeSpan.FromSeconds(1),
            ThrottleOptions = new ThrottleOptions { BreakAfter = 3, BreakDuration = TimeSpan.FromHours(1) },
        };
        await using var live = await StartAsync(options, _ =>
        {
            Interlocked.Increment(ref executed);
            throw Transient("down");
        });
        for (var i = 0; i < 3; i++)
        {
            live.Post([i]);
            Assert.Equal(ItemStatus.Failed, (await live.NextAsync())!.Status);
        }

        Assert.Equal(BreakerState.Open, live.Run.Throttle.Breaker);
        live.PostAll(Enumerable.Range(3, 10));
        var rest = await live.RestAsync();

        Assert.Equal(10, rest.Count);
        Assert.All(rest, static r => Assert.Equal((ItemStatus.Skipped, OutcomeReason.BreakerOpen, 0), (r.Status, r.Reason, r.Attempts)));
        Assert.Equal((3, 1), (executed, live.Run.Summary.BreakerTrips));
    }

    [Fact]
    public async Task StopAbove_TooManyFailures_TheRestIsSkipped()
    {
        var executed = 0;
        var results = await RunAsync(
            Enumerable.Range(0, 200),
            _ =>
            {
                Interlocked.Increment(ref executed);
                throw OfItem("no");
            },
            new BatchOptions { StopAbove = 0.5 },
            check: static summary => Assert.Equal(OutcomeReason.StopAbove, summary.StopReason));

        var failed = results.Count(static r => r.Status == ItemStatus.Failed);
        Assert.InRange(failed, 20, 199);
        Assert.Equal(failed, executed);
        Assert.All(results.Where(static r => r.Status != ItemStatus.Failed), static r => Assert.Equal((ItemStatus.Skipped, OutcomeReason.StopAbove), (r.Status, r.Reason)));
    }

    [Fact]
    public async Task UsageLimit_UsedUp_TheRestIsSkipped()
    {
        var results = await RunAsync(
            Enumerable.Range(0, 12),
            static item => item.Input == 2 ? throw OfItem("no") : new("done"),
            new BatchOptions { UsageLimit = 5 },
            check: static summary => Assert.Equal(5, summary.UsageSpent));

        // What failed gave its unit back.
        Assert.Equal((5, 1), (results.Count(static r => r.Status == ItemStatus.Succeeded), results.Count(static r => r.Status == ItemStatus.Failed)));
        Assert.All(results.Where(static r => r.Index > 5), static r => Assert.Equal((ItemStatus.Skipped, OutcomeReason.Budget), (r.Status, r.Reason)));
    }

    [Fact]
    public async Task Cancel_EachItemThatWasReadHasOneOutcome_AndWhatRunsIsToldToStop()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions(), gates.EnterAsync);
        live.Post(Enumerable.Range(0, (2 * live.Limit) + 3));
        var inside = await gates.NextAsync(live.Limit);
        inside[0].Succeed();
        Assert.Equal(ItemStatus.Succeeded, (await live.NextAsync())!.Status);
        await gates.NextAsync(1);
        live.Run.Cancel();

        var results = await live.RestAsync();
        Assert.Equal((2 * live.Limit) + 2, results.Count);
        Assert.All(results, static r => Assert.Equal((ItemStatus.Canceled, OutcomeReason.Canceled), (r.Status, r.Reason)));
        await gates.AllLeftAsync();
        Assert.Equal(live.Limit + 1, gates.Count);
    }

    [Fact]
    public async Task AttemptTimeout_EndsTimedOut()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions { AttemptTimeout = TimeSpan.FromSeconds(0.2), GracePeriod = Hang }, gates.EnterAsync);
        live.PostAll([0]);

        var result = Assert.Single(await live.RestAsync());
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, 1, false), (result.Status, result.Reason, result.Attempts, result.Abandoned));
        Assert.IsType<TimeoutException>(result.Error);
        await gates.AllLeftAsync();
    }

    [Fact]
    public async Task CancelOnFailure_OneFails_TheOthersAreCanceled()
    {
        var gates = new Gates();
        await using var live = await StartAsync(new BatchOptions { CancelOnFailure = true }, gates.EnterAsync);
        live.PostAll(Enumerable.Range(0, live.Limit + 5));
        var inside = await gates.NextAsync(live.Limit);
        inside[^1].Fail(OfItem("no"));

        var results = await live.RestAsync();
        Assert.Equal(inside[^1].Item.Index, Assert.Single(results, static r => r.Status == ItemStatus.Failed).Index);
        Assert.Equal(live.Limit + 4, results.Count(static r => r.Status == ItemStatus.Canceled));
        Assert.Equal(live.Limit, gates.Count);
    }

    [Fact]
    public async Task Journal_Resume_RunsOnlyWhatIsMissing()
    {
        var first = await JournalledAsync(static o => o, static item => item.Input % 5 == 0 ? throw OfItem("no") : $"first {item.Input}");
        Assert.Equal((20, 4), (first.Executed, first.Results.Count(static r => r.Status == ItemStatus.Failed)));

        var second = await JournalledAsync(static o => o with { Resume = true }, static item => $"second {item.Input}");
        Assert.Equal(4, second.Executed);
        foreach (var result in second.Results)
        {
            var missing = result.Input % 5 == 0;
            Assert.Equal((ItemStatus.Succeeded, $"{(missing ? "second" : "first")} {result.Input}", !missing), (result.Status, result.Output, result.Resumed));
        }

        var third = await JournalledAsync(static o => o with { Resume = true }, static _ => "third");
        Assert.Equal(0, third.Executed);
        Assert.Equal(second.Results.OrderBy(static r => r.Index).Select(static r => r.Output), third.Results.OrderBy(static r => r.Index).Select(static r => r.Output));
    }

    [Fact]
    public async Task Journal_BegunAnew_RunsEverythingAgainUnlessItIsCached()
    {
        await JournalledAsync(static o => o, static item => $"first {item.Input}");
        Assert.Equal(20, (await JournalledAsync(static o => o, static item => $"second {item.Input}")).Executed);

        var cached = await JournalledAsync(static o => o with { CacheFor = TimeSpan.FromHours(1) }, static _ => "third");
        Assert.Equal(0, cached.Executed);
        Assert.All(cached.Results, static r => Assert.Equal((true, false, $"second {r.Input}"), (r.FromCache, r.Resumed, r.Output)));
    }

    [Fact]
    public async Task Journal_Canceled_ResumeRunsTheRest()
    {
        var gates = new Gates();
        var options = Journalled(static o => o);
        await using (var live = await StartAsync(options, gates.EnterAsync))
        {
            live.Post(Enumerable.Range(0, 20), static item => new ItemTraits { Key = item });
            var inside = await gates.NextAsync(live.Limit);
            inside[0].Succeed("before");
            Assert.Equal("before", (await live.NextAsync())!.Output);
            live.Run.Cancel();
            await live.RestAsync();
        }

        var second = await JournalledAsync(static o => o with { Resume = true }, static _ => "after");
        Assert.Equal(19, second.Executed);
        Assert.Equal("before", Assert.Single(second.Results, static r => r.Resumed).Output);
    }

    private static Exception OfItem(string message) => new InvalidOperationException(message);

    private static Exception Transient(string message) => new HttpRequestException(message, inner: null, HttpStatusCode.ServiceUnavailable);

    private static Exception Throttled(TimeSpan wait) =>
        new HttpRequestException("slow down", inner: null, HttpStatusCode.TooManyRequests) { Data = { [OutcomeClassifier.RetryAfterKey] = wait } };

    private static RetryOptions Retries(int count) => new() { Count = count, Delay = TimeSpan.FromMilliseconds(1) };

    private BatchOptions Journalled(Func<JournalOptions, JournalOptions> configure) => new()
    {
        BatchName = "contract",
        Journal = configure(new JournalOptions { Path = Path.Combine(_folder.FullName, "run.db"), OperationHash = "contract" }),
    };

    private async Task<(List<ItemResult<int, string>> Results, int Executed)> JournalledAsync(Func<JournalOptions, JournalOptions> configure, Func<ContractItem, string> operation)
    {
        var executed = 0;
        var results = await RunAsync(
            Enumerable.Range(0, 20),
            item =>
            {
                Interlocked.Increment(ref executed);
                return new(operation(item));
            },
            Journalled(configure),
            static item => new ItemTraits { Key = item });
        return (results, executed);
    }

    /// <summary>Runs an operation over items to the run's end.</summary>
    private async Task<List<ItemResult<int, string>>> RunAsync(
        IEnumerable<int> items,
        Func<ContractItem, ValueTask<string>> operation,
        BatchOptions? options = null,
        Func<int, ItemTraits>? traits = null,
        Action<RunSummary>? check = null)
    {
        await using var live = await StartAsync(options ?? new BatchOptions(), operation);
        live.PostAll(items, traits);
        var results = await live.RestAsync();
        check?.Invoke(live.Run.Summary);
        return results;
    }

    private async Task<LiveRun> StartAsync(BatchOptions options, Func<ContractItem, ValueTask<string>> operation)
    {
        var run = new BatchRun<int, string>(Configure(options));
        try
        {
            return new LiveRun(run, await AttachAsync(run, operation));
        }
        catch
        {
            run.Cancel();
            throw;
        }
    }

    /// <summary>A run whose results the test takes.</summary>
    private sealed class LiveRun(BatchRun<int, string> run, IAsyncDisposable? attached) : IAsyncDisposable
    {
        private readonly List<ItemResult<int, string>> _taken = [];

        public BatchRun<int, string> Run => run;

        /// <summary>Most attempts at once.</summary>
        public int Limit => run.Options.Sequential ? 1 : run.Options.ThrottleLimit;

        public void Post(IEnumerable<int> items, Func<int, ItemTraits>? traits = null)
        {
            foreach (var item in items)
            {
                Assert.True(run.TryPost(item, traits?.Invoke(item) ?? ItemTraits.None), "The items are more than the run's credits.");
            }
        }

        public void PostAll(IEnumerable<int> items, Func<int, ItemTraits>? traits = null)
        {
            Post(items, traits);
            run.CompleteAdding();
        }

        /// <summary>The next result; null at the run's end.</summary>
        public async Task<ItemResult<int, string>?> NextAsync()
        {
            ItemResult<int, string>? result;
            while (!run.TryTakeResult(out result))
            {
                if (!await run.WaitForResultAsync().AsTask().WaitAsync(Hang))
                {
                    return null;
                }
            }

            _taken.Add(result);
            return result;
        }

        /// <summary>All results that are still to come. The run has ended then, and its summary says what came.</summary>
        public async Task<List<ItemResult<int, string>>> RestAsync()
        {
            var rest = new List<ItemResult<int, string>>();
            while (await NextAsync() is { } result)
            {
                rest.Add(result);
            }

            if (run.Fault is { } fault)
            {
                throw new InvalidOperationException("The run failed as a whole.", fault);
            }

            var summary = run.Summary;
            Assert.True(summary.Ended);
            Assert.Equal(_taken.Count, _taken.DistinctBy(static r => r.Index).Count());
            Assert.Equal((_taken.Count, _taken.Count, _taken.Count), (summary.Read, summary.Done, summary.Emitted));
            Assert.Equal(
                (Count(ItemStatus.Succeeded), Count(ItemStatus.Failed), Count(ItemStatus.TimedOut), Count(ItemStatus.Canceled), Count(ItemStatus.Skipped)),
                (summary.Succeeded, summary.Failed, summary.TimedOut, summary.Canceled, summary.Skipped));
            Assert.Equal(_taken.Where(static r => !r.FromCache).Sum(static r => (long)r.Attempts), summary.Attempts);
            Assert.Equal((_taken.Count(static r => r.FromCache), 0, 0), (summary.FromCache, summary.Running, summary.Retrying));
            Assert.InRange(summary.PeakConcurrency, 0, Limit);
            return rest;
        }

        public async ValueTask DisposeAsync()
        {
            run.Cancel();
            if (attached is not null)
            {
                await attached.DisposeAsync();
            }
        }

        private long Count(ItemStatus status) => _taken.Count(r => r.Status == status);
    }

    /// <summary>An operation whose attempts end when the test says so, or when they are told to stop.</summary>
    private sealed class Gates
    {
        private readonly Channel<Attempt> _entered = Channel.CreateUnbounded<Attempt>();
        private readonly ConcurrentBag<Attempt> _all = [];
        private int _inside;
        private int _peak;

        /// <summary>Attempts that entered so far.</summary>
        public int Count => _all.Count;

        /// <summary>Most attempts inside at any time.</summary>
        public int Peak => Volatile.Read(ref _peak);

        public async ValueTask<string> EnterAsync(ContractItem item)
        {
            var attempt = new Attempt(item);
            _all.Add(attempt);
            lock (_all)
            {
                _peak = Math.Max(_peak, ++_inside);
            }

            try
            {
                await using var stop = item.Stop.UnsafeRegister(static (a, token) => ((Attempt)a!).Stop(token), attempt);
                _entered.Writer.TryWrite(attempt);
                return await attempt.End;
            }
            finally
            {
                lock (_all)
                {
                    _inside--;
                }

                attempt.Leave();
            }
        }

        /// <summary>The next attempts that enter, by index.</summary>
        public async Task<Attempt[]> NextAsync(int count)
        {
            var attempts = new Attempt[count];
            for (var i = 0; i < count; i++)
            {
                attempts[i] = await _entered.Reader.ReadAsync().AsTask().WaitAsync(Hang);
            }

            return [.. attempts.OrderBy(static a => a.Item.Index)];
        }

        /// <summary>Waits until each attempt that entered has left.</summary>
        public Task AllLeftAsync() => Task.WhenAll(_all.Select(static a => a.Left)).WaitAsync(Hang);

        /// <summary>One attempt inside.</summary>
        public sealed class Attempt(ContractItem item)
        {
            private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
            private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public ContractItem Item => item;

            public Task<string> End => _end.Task;

            public Task Left => _left.Task;

            public void Succeed(string output = "done") => _end.TrySetResult(output);

            public void Fail(Exception error) => _end.TrySetException(error);

            public void Stop(CancellationToken token) => _end.TrySetCanceled(token);

            public void Leave() => _left.TrySetResult();
        }
    }
}
