using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>Named limits that an operation acquires for the calls it makes inside an attempt.</summary>
public sealed class CallLimitTests
{
    private readonly VirtualTime _time = new();
    private readonly BatchThrottle _throttle;

    public CallLimitTests()
    {
        _throttle = new BatchThrottle(
            new ThrottleOptions
            {
                CallRates = new Dictionary<string, RateLimit>
                {
                    ["reads"] = new(60, TimeSpan.FromMinutes(1)) { Share = 1, Burst = 2 },
                    ["Writes"] = new(6, TimeSpan.FromMinutes(1)) { Share = 1 },
                    ["tokens"] = new(60_000, TimeSpan.FromMinutes(1)) { Share = 1, Burst = 10_000 },
                },
            },
            _time);
    }

    [Fact]
    public async Task Acquire_BurstGoesAtOnce_TheRestIsPaced()
    {
        var calls = Enumerable.Range(0, 5).Select(_ => Acquire("reads")).ToList();
        await calls[0].Within();
        await calls[1].Within();
        for (var i = 2; i < 5; i++)
        {
            _time.Run(0.98);
            Assert.False(calls[i].IsCompleted);
            _time.Run(0.02);
            await calls[i].Within();
        }
    }

    [Fact]
    public async Task Acquire_LimitsAreIndependent_AndNamesIgnoreCase()
    {
        await Acquire("WRITES").Within();
        var second = Acquire("writes");
        Assert.False(second.IsCompleted);
        await Acquire("reads").Within();
        await Acquire("tokens", 10_000).Within();

        _time.Run(10);
        await second.Within();
    }

    [Fact]
    public async Task Acquire_Weights_ArePacedByTheirSum()
    {
        await Acquire("tokens", 10_000).Within();
        var heavy = Acquire("tokens", 5_000);
        _time.Run(4.9);
        Assert.False(heavy.IsCompleted);
        _time.Run(0.1);
        await heavy.Within();
    }

    [Fact]
    public async Task Acquire_FirstComeFirstServed_ALightCallDoesNotPassAHeavyOne()
    {
        await Acquire("tokens", 10_000).Within();
        var heavy = Acquire("tokens", 8_000);
        var light = Acquire("tokens", 1);
        _time.Run(5);
        Assert.False(heavy.IsCompleted);
        Assert.False(light.IsCompleted);
        _time.Run(4);
        await heavy.Within();
        await light.Within();
    }

    [Fact]
    public async Task Acquire_Canceled_LeavesTheQueueAndTakesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await Acquire("writes").Within();
        var canceled = Acquire("writes", 1, cancellation.Token);
        var next = Acquire("writes");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled.Within());

        // The place of the canceled call is the next one's.
        _time.Run(10);
        await next.Within();
    }

    [Fact]
    public async Task Acquire_HeavyCallIsCanceled_ThoseBehindItGoAtTheirOwnTime()
    {
        using var cancellation = new CancellationTokenSource();
        await Acquire("tokens", 10_000).Within();
        var heavy = Acquire("tokens", 8_000, cancellation.Token);
        var light = Acquire("tokens", 1_000);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heavy.Within());

        _time.Run(0.9);
        Assert.False(light.IsCompleted);
        _time.Run(0.1);
        await light.Within();
    }

    [Fact]
    public async Task Acquire_AlreadyCanceled_ThrowsThoughTheLimitIsFree()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Acquire("writes", 1, new CancellationToken(canceled: true)).Within());

        var call = Acquire("writes");
        await call.Within();
    }

    [Fact]
    public async Task Acquire_UnknownName_SaysWhichThereAre()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => Acquire("deletes"));

        Assert.Contains("'deletes'", error.Message, StringComparison.Ordinal);
        Assert.Contains("reads, Writes, tokens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(61)]
    public async Task Acquire_WeightThatCannotBe_Throws(double weight) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Acquire("reads", weight));

    [Fact]
    public async Task Acquire_WeightZero_IsFree()
    {
        await Acquire("tokens", 10_000).Within();
        await Acquire("tokens", 0).Within();
    }

    [Fact]
    public async Task Acquire_RetryAfterGate_HoldsCallsBack()
    {
        _throttle.Hold(TimeSpan.FromSeconds(30));
        var call = Acquire("reads");
        _time.Run(29.99);
        Assert.False(call.IsCompleted);
        _time.Run(0.01);
        await call.Within();
    }

    [Fact]
    public async Task Acquire_ManyCallers_NeverMoreThanTheUsedShareInAWindow()
    {
        var calls = Enumerable.Range(0, 200).Select(_ => Acquire("reads")).ToList();
        for (var minute = 1; minute <= 3; minute++)
        {
            _time.Run(59.99);
            await calls[(60 * minute) - 1].Within();
            Assert.False(calls[60 * minute].IsCompleted);
            _time.Run(0.01);
        }

        _time.Run(60);
        await Task.WhenAll(calls).Within();
    }

    [Fact]
    public async Task Lease_AttemptIsStopped_EndsTheWait()
    {
        var run = new BatchRun<int, string>(new BatchOptions { TimeProvider = _time, Throttle = _throttle, ThrottleLimit = 2, AttemptTimeout = TimeSpan.FromSeconds(1) });
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadExecutor<int, string>.Attach(run, lease =>
        {
            lease.Acquire("writes");
            waiting.TrySetResult();
            lease.Acquire("writes");
            return "never";
        });
        run.TryPost(0, ItemTraits.None);
        run.CompleteAdding();
        await waiting.Task.Within();
        _time.Run(1);

        Assert.True(await run.WaitForResultAsync().Within());
        Assert.True(run.TryTakeResult(out var result));
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, false), (result.Status, result.Reason, result.Abandoned));
    }

    [Fact]
    public async Task Lease_CallsOfAllItems_ShareTheLimit()
    {
        var starts = new List<double>();
        var run = new BatchRun<int, string>(new BatchOptions { TimeProvider = _time, Throttle = _throttle, ThrottleLimit = 4 });
        TaskExecutor<int, string>.Attach(run, async lease =>
        {
            await lease.AcquireAsync("writes");
            lock (starts)
            {
                starts.Add(_time.Elapsed.TotalSeconds);
            }

            return "ok";
        });
        for (var i = 0; i < 4; i++)
        {
            run.TryPost(i, ItemTraits.None);
        }

        run.CompleteAdding();
        for (var ended = 1; ended <= 4; ended++)
        {
            Assert.True(await run.WaitForResultAsync().Within());
            Assert.True(run.TryTakeResult(out _));
            if (ended < 4)
            {
                // The next in the queue waits on the throttle's timer.
                HangGuard.Until(_throttle.Sync, () => _time.NextDue is not null, "a call waits for its time");
                _time.Run(10);
            }
        }

        Assert.Equal([0, 10, 20, 30], starts);
    }

    private Task Acquire(string name, double weight = 1, CancellationToken cancellationToken = default) =>
        _throttle.AcquireCallAsync(name, weight, cancellationToken).AsTask();
}
