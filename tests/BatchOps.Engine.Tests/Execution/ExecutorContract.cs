using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>What a run promises, whatever executes it. Each executor, and each of them one at a time, inherits the suite.</summary>
public abstract class ExecutorContract
{
    private protected static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private protected VirtualTime Time { get; } = new();

    /// <summary>Most attempts at once that the suite's runs reach.</summary>
    protected abstract int Limit { get; }

    /// <summary>The options of a run of the suite.</summary>
    private protected BatchOptions Options => Shape(new BatchOptions { TimeProvider = Time, Random = new FixedRandom() });

    private protected static RetryOptions Retries(int count, double delaySeconds = 10) => new()
    {
        Count = count,
        Delay = TimeSpan.FromSeconds(delaySeconds),
        MaxDelay = TimeSpan.FromSeconds(Math.Max(60, delaySeconds)),
    };

    /// <summary>Sets the limit, or one at a time.</summary>
    private protected abstract BatchOptions Shape(BatchOptions options);

    /// <summary>Attaches the executor; returns how to wait for its threads.</summary>
    private protected abstract Func<TimeSpan, int>? Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation);

    private protected Rig Detached(BatchOptions options) => new(options, Time, rig => Attach(rig.Run, rig.Script.RunAsync));

    private protected Rig Start(BatchOptions options) => Detached(options).Attach();

    [Fact]
    public async Task Run_ThousandItems_EachComesOutExactlyOnce()
    {
        using var rig = Start(Options with { Credits = 1000 });
        rig.Script.Succeeds = true;
        rig.PostAll(1000);

        var results = await rig.RestAsync();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), results.Select(r => r.Index).Order());
        Assert.All(results, r => Assert.Equal((ItemStatus.Succeeded, $"{r.Index}.1", 1), (r.Status, r.Output, r.Attempts)));
        Assert.All(results, r => Assert.Equal(r.Index, r.Input));
        Assert.Equal(1000, rig.Script.Count);
    }

    [Fact]
    public async Task Run_NoItems_EndsWithoutResult()
    {
        using var rig = Start(Options);
        rig.PostAll(0);

        Assert.Empty(await rig.RestAsync());
        Assert.Equal(0, rig.Script.Count);
    }

    [Fact]
    public async Task Run_ManyItems_ReachesLimitAndNeverExceedsIt()
    {
        using var rig = Start(Options);
        rig.PostAll(8 * Limit);

        for (var round = 0; round < 8; round++)
        {
            // All of a round are inside at once, or this waits for ever.
            foreach (var attempt in await rig.Script.NextAsync(Limit))
            {
                attempt.Succeed();
            }
        }

        await rig.RestAsync();
        Assert.Equal(Limit, rig.Script.Peak);
        Assert.Equal(Limit, rig.Summary.PeakConcurrency);
        Assert.Equal(Limit, rig.Run.Throttle.PeakInFlight);
    }

    [Fact]
    public async Task Run_OneItemFails_OthersAreUndisturbed()
    {
        using var rig = Start(Options);
        rig.PostAll(20);
        for (var i = 0; i < 20; i++)
        {
            var attempt = await rig.Script.NextAsync();
            if (attempt.Index == 7)
            {
                attempt.Fail(Failures.OfItem());
            }
            else
            {
                attempt.Succeed();
            }
        }

        var results = await rig.RestAsync();
        var failed = Assert.Single(results, r => r.Status != ItemStatus.Succeeded);
        Assert.Equal((7, ItemStatus.Failed, OutcomeReason.None, 1), (failed.Index, failed.Status, failed.Reason, failed.Attempts));
        Assert.IsType<InvalidOperationException>(failed.Error);
        Assert.Equal([failed.Error], failed.Errors);
        Assert.Equal((19, 1), (rig.Summary.Succeeded, rig.Summary.Failed));
    }

    [Fact]
    public async Task Run_OperationThrowsOutOfMemory_FailsOnlyThatItem()
    {
        // 'new byte[long.MaxValue]' throws it without any harm to the process.
        using var rig = Start(Options);
        rig.PostAll(2);
        for (var i = 0; i < 2; i++)
        {
            var attempt = await rig.Script.NextAsync();
            if (attempt.Index == 0)
            {
                attempt.Fail(new OutOfMemoryException());
            }
            else
            {
                attempt.Succeed();
            }
        }

        var results = await rig.RestAsync();
        Assert.Equal([ItemStatus.Failed, ItemStatus.Succeeded], results.OrderBy(r => r.Index).Select(r => r.Status));
    }

    [Fact]
    public async Task Run_ItemsPostedBeforeExecutor_AreRunWhenItComes()
    {
        using var rig = Detached(Options);
        rig.PostAll(3);
        rig.Script.Succeeds = true;
        rig.Attach();

        Assert.Equal(3, (await rig.RestAsync()).Count);
    }

    [Fact]
    public async Task TryPost_NoCreditLeft_IsFalseUntilAResultIsTaken()
    {
        using var rig = Start(Options with { Credits = 3 });
        rig.Post(3);
        Assert.False(rig.Run.HasCredit);
        Assert.False(rig.Run.TryPost(3, ItemTraits.None));

        // An item that ended but was not taken still holds its credit.
        (await rig.Script.NextAsync()).Succeed();
        Assert.True(await rig.Run.WaitForResultAsync().Within());
        Assert.False(rig.Run.TryPost(3, ItemTraits.None));

        Assert.NotNull(await rig.NextResultAsync());
        Assert.True(rig.Run.TryPost(3, ItemTraits.None));
        Assert.False(rig.Run.TryPost(4, ItemTraits.None));
        Assert.Equal(4, rig.Summary.Read);
    }

    [Fact]
    public void TryPost_AfterCompleteAdding_Throws()
    {
        using var rig = Start(Options);
        rig.PostAll(1);

        Assert.Throws<InvalidOperationException>(() => rig.Run.TryPost(1, ItemTraits.None));
        Assert.Equal(1, rig.Summary.Read);
    }

    [Fact]
    public async Task Ordered_ResultsLeaveInInputOrder()
    {
        using var rig = Start(Options with { Ordered = true });
        rig.Script.Succeeds = true;
        rig.PostAll(200);

        var results = await rig.RestAsync();

        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), results.Select(r => r.Index));
    }

    [Fact]
    public async Task Unordered_ResultsLeaveAsTheyFinish()
    {
        using var rig = Start(Options);
        rig.Post(Limit);
        var attempts = await rig.Script.NextAsync(Limit);
        foreach (var attempt in attempts.Reverse())
        {
            attempt.Succeed();
            Assert.Equal(attempt.Index, (await rig.NextResultAsync())!.Index);
        }
    }

    [Fact]
    public async Task Retry_TransientThenThrottled_RetriesUntilSuccess()
    {
        using var rig = Start(Options with { Retry = Retries(5) });
        rig.PostAll(1);
        (await rig.Script.NextAsync()).Fail(Failures.Transient("first"));
        rig.Until(() => rig.Summary.Retrying == 1);
        Assert.Equal(0, rig.Summary.Running);
        Assert.Equal(0, rig.Run.Throttle.InFlight);

        Time.Run(5); // half of 10 s, by the fixed jitter
        (await rig.Script.NextAsync()).Fail(Failures.Throttled(message: "second"));
        rig.Until(() => rig.Summary.Retrying == 1);
        Time.Run(10); // half of 20 s
        (await rig.Script.NextAsync()).Succeed("third");

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Succeeded, "third", 3), (result.Status, result.Output, result.Attempts));
        Assert.Null(result.Error);
        Assert.Equal(["first", "second"], result.Errors.Select(e => e.Message));
        Assert.Equal((1, 3, 0), (rig.Summary.Executed, rig.Summary.Attempts, rig.Summary.Retrying));
    }

    [Fact]
    public async Task Retry_ItemFault_IsNotRetried()
    {
        using var rig = Start(Options with { Retry = Retries(5) });
        rig.PostAll(1);
        (await rig.Script.NextAsync()).Fail(Failures.OfItem());

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Failed, OutcomeReason.None, 1), (result.Status, result.Reason, result.Attempts));
    }

    [Fact]
    public async Task Retry_TurnsIntoItemFault_EndsAtThatAttempt()
    {
        using var rig = Start(Options with { Retry = Retries(5) });
        rig.PostAll(1);
        (await rig.Script.NextAsync()).Fail(Failures.Transient());
        rig.Until(() => rig.Summary.Retrying == 1);
        Time.Run(5);
        (await rig.Script.NextAsync()).Fail(Failures.OfItem());

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Failed, OutcomeReason.None, 2, 2), (result.Status, result.Reason, result.Attempts, result.Errors.Count));
    }

    [Fact]
    public async Task Retry_CountExhausted_FailsWithTheErrorOfEachAttempt()
    {
        using var rig = Start(Options with { Retry = Retries(2) });
        rig.PostAll(1);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await rig.Script.NextAsync()).Fail(Failures.Transient($"attempt {attempt}"));
            if (attempt < 3)
            {
                rig.Until(() => rig.Summary.Retrying == 1);
                Time.Run(60);
            }
        }

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Failed, OutcomeReason.None, 3), (result.Status, result.Reason, result.Attempts));
        Assert.Equal(["attempt 1", "attempt 2", "attempt 3"], result.Errors.Select(e => e.Message));
        Assert.Same(result.Errors[2], result.Error);
    }

    [Fact]
    public async Task AttemptTimeout_StopsTheAttempt_AndItIsRetried()
    {
        using var rig = Start(Options with { AttemptTimeout = Second, Retry = Retries(1) });
        rig.PostAll(1);
        var first = await rig.Script.NextAsync();
        Time.Run(0.999);
        Assert.False(first.Lease.CancellationToken.IsCancellationRequested);
        Time.Run(0.001);
        rig.Until(() => rig.Summary.Retrying == 1);
        Time.Run(5);
        (await rig.Script.NextAsync()).Succeed();

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Succeeded, 2), (result.Status, result.Attempts));
        Assert.IsType<TimeoutException>(Assert.Single(result.Errors));
    }

    [Fact]
    public async Task AttemptTimeout_NoRetryLeft_EndsTimedOut()
    {
        using var rig = Start(Options with { AttemptTimeout = Second });
        rig.PostAll(1);
        await rig.Script.NextAsync();
        Time.Run(1);

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, false), (result.Status, result.Reason, result.Abandoned));
        Assert.IsType<TimeoutException>(result.Error);
    }

    [Fact]
    public async Task ItemTimeout_StopsTheAttempt_AndIsNotRetried()
    {
        using var rig = Start(Options with { ItemTimeout = Second, Retry = Retries(5, 0.1) });
        rig.PostAll(1);
        await rig.Script.NextAsync();
        Time.Run(1);

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.ItemTimeout, 1), (result.Status, result.Reason, result.Attempts));
    }

    [Fact]
    public async Task RunTimeout_RunningTimesOut_NotStartedAndLateAreSkipped()
    {
        using var rig = Start(Options with { RunTimeout = Second });
        rig.Post(Limit + 3);
        await rig.Script.NextAsync(Limit);
        Time.Run(1);
        rig.Post(2);
        rig.Run.CompleteAdding();

        var results = await rig.RestAsync();
        Assert.Equal(Limit, results.Count(r => r is { Status: ItemStatus.TimedOut, Reason: OutcomeReason.Deadline }));
        Assert.Equal(5, results.Count(r => r is { Status: ItemStatus.Skipped, Reason: OutcomeReason.Deadline, Attempts: 0 }));
        Assert.Equal(OutcomeReason.Deadline, rig.Summary.StopReason);
        Assert.Equal(Limit, rig.Script.Count);
    }

    [Fact]
    public async Task WaitTimeout_NotAdmittedInTime_IsSkipped()
    {
        using var rig = Start(Options with { WaitTimeout = Second });
        rig.PostAll(Limit + 2);
        var attempts = await rig.Script.NextAsync(Limit);
        Time.Run(1);

        for (var i = 0; i < 2; i++)
        {
            var skipped = await rig.NextResultAsync();
            Assert.Equal((ItemStatus.Skipped, OutcomeReason.AdmissionTimeout), (skipped!.Status, skipped.Reason));
            Assert.Equal(Second, skipped.Waited);
        }

        Array.ForEach(attempts, a => a.Succeed());
        Assert.All(await rig.RestAsync(), r => Assert.Equal(ItemStatus.Succeeded, r.Status));
    }

    [Fact]
    public async Task Abandoned_EndsTimedOut_AndItsLateOutcomeIsIgnored()
    {
        using var rig = Start(Options with { AttemptTimeout = Second, GracePeriod = Second, Retry = Retries(3) });
        rig.Script.ObeysStop = false;
        rig.Post(1);
        var stubborn = await rig.Script.NextAsync();
        Time.Run(1);
        Assert.True(stubborn.Lease.CancellationToken.IsCancellationRequested);
        Assert.False(rig.Run.TryTakeResult(out _));
        Time.Run(1);

        var result = await rig.NextResultAsync();
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, true, 1), (result!.Status, result.Reason, result.Abandoned, result.Attempts));
        Assert.Equal((1, 1, 1), (rig.Summary.Abandoned, rig.Summary.Running, rig.Run.Throttle.InFlight));

        stubborn.Succeed();
        rig.Until(() => rig.Run.Throttle.InFlight == 0);
        rig.Run.CompleteAdding();
        Assert.Empty(await rig.RestAsync());
        Assert.Equal((0, 1, 1), (rig.Summary.Succeeded, rig.Summary.TimedOut, rig.Summary.Done));
    }

    [Fact]
    public async Task Abandoned_ItsPermitStaysTakenUntilTheWorkEnds()
    {
        using var rig = Start(Options with { AttemptTimeout = Second, GracePeriod = Second });
        rig.Script.ObeysStop = false;
        rig.PostAll(Limit + 1);
        var stubborn = await rig.Script.NextAsync(Limit);
        Time.Run(2);
        for (var i = 0; i < Limit; i++)
        {
            Assert.True((await rig.NextResultAsync())!.Abandoned);
        }

        Assert.Equal(Limit, rig.Script.Count);
        stubborn[0].Succeed();
        (await rig.Script.NextAsync()).Succeed();
        Assert.Equal(ItemStatus.Succeeded, (await rig.NextResultAsync())!.Status);
        Assert.Null(await rig.NextResultAsync());
        Array.ForEach(stubborn, a => a.Succeed());
        Assert.Equal(0, rig.WorkersLeft());
    }

    [Fact]
    public async Task Cancel_EverythingReadEndsWithAStatus_AndNoWorkerIsLeft()
    {
        using var rig = Start(Options with { Retry = Retries(3) });
        rig.Post((2 * Limit) + 1);
        var attempts = await rig.Script.NextAsync(Limit);
        attempts[0].Fail(Failures.Transient());
        rig.Until(() => rig.Summary.Retrying == 1);
        rig.Run.Cancel();
        rig.Run.Cancel();

        var results = await rig.RestAsync();
        Assert.Equal((2 * Limit) + 1, results.Count);
        Assert.All(results, r => Assert.Equal((ItemStatus.Canceled, OutcomeReason.Canceled, false), (r.Status, r.Reason, r.Abandoned)));
        Assert.Equal((0, 0, 0), (rig.Summary.Running, rig.Summary.Retrying, rig.Run.Throttle.InFlight));
        Assert.Equal(0, rig.WorkersLeft());
        Assert.Equal(0, Time.LiveTimers);
    }

    [Fact]
    public async Task Cancel_WorkIgnoresItsStop_EndsAfterTheGracePeriod()
    {
        using var rig = Start(Options);
        rig.Script.ObeysStop = false;
        rig.Post(Limit + 1);
        var stubborn = await rig.Script.NextAsync(Limit);
        rig.Run.Cancel();
        Assert.Equal(0, (await rig.NextResultAsync())!.Attempts);
        Time.Run(1.499);
        Assert.False(rig.Summary.Ended);
        Time.Run(0.001);

        var results = await rig.RestAsync();
        Assert.Equal(Limit, results.Count);
        Assert.All(results, r => Assert.Equal((ItemStatus.Canceled, true), (r.Status, r.Abandoned)));
        Assert.Equal(Limit, rig.Summary.Abandoned);
        Array.ForEach(stubborn, a => a.Succeed());
        Assert.Equal(0, rig.WorkersLeft());
    }

    [Fact]
    public async Task Cancel_SuccessWithinTheGracePeriod_Counts()
    {
        using var rig = Start(Options);
        rig.Script.ObeysStop = false;
        rig.Post(1);
        var attempt = await rig.Script.NextAsync();
        rig.Run.Cancel();
        Time.Run(1);
        attempt.Succeed();

        var result = Assert.Single(await rig.RestAsync());
        Assert.Equal((ItemStatus.Succeeded, OutcomeReason.None), (result.Status, result.Reason));
    }

    [Fact]
    public async Task Cancel_ItemsPostedAfterwards_AreCanceledWithoutRunning()
    {
        using var rig = Start(Options);
        rig.Post(1);
        await rig.Script.NextAsync();
        rig.Run.Cancel();
        rig.Post(2);

        var results = await rig.RestAsync();
        Assert.Equal(3, results.Count);
        Assert.All(results, r => Assert.Equal(ItemStatus.Canceled, r.Status));
        Assert.Equal(1, rig.Script.Count);
    }

    [Fact]
    public async Task Deduplicate_ThousandEqualItems_RunOnce()
    {
        using var rig = Start(Options with { Deduplicate = true, Credits = 1000 });
        rig.PostAll(1000, _ => new ItemTraits { Key = "same" });
        (await rig.Script.NextAsync()).Succeed("once");

        var results = await rig.RestAsync();
        Assert.Equal(1000, results.Count);
        Assert.All(results, r => Assert.Equal((ItemStatus.Succeeded, "once"), (r.Status, r.Output)));
        Assert.Equal(999, results.Count(r => r.FromCache));
        Assert.Equal((1, 1, 999), (rig.Script.Count, rig.Summary.Executed, rig.Summary.FromCache));
    }

    [Fact]
    public async Task Deduplicate_Off_EqualItemsAllRun()
    {
        using var rig = Start(Options with { Credits = 1000 });
        rig.Script.Succeeds = true;
        rig.PostAll(1000, _ => new ItemTraits { Key = "same" });

        Assert.All(await rig.RestAsync(), r => Assert.False(r.FromCache));
        Assert.Equal(1000, rig.Script.Count);
    }

    [Fact]
    public async Task SerializeBy_NeverTwoOfOneKeyAtOnce()
    {
        var holders = new int[3];
        var clashes = 0;
        using var rig = Detached(Options);
        Attach(rig.Run, async lease =>
        {
            ref var holder = ref holders[lease.Index % 3];
            if (Interlocked.Increment(ref holder) != 1)
            {
                Interlocked.Increment(ref clashes);
            }

            await Task.Yield();
            Interlocked.Decrement(ref holders[lease.Index % 3]);
            return "ok";
        });
        rig.PostAll(200, i => new ItemTraits { SerializeBy = i % 3 });

        Assert.Equal(200, (await rig.RestAsync()).Count);
        Assert.Equal(0, clashes);
    }

    [Fact]
    public async Task Sequential_OrLimitOne_NextStartsOnlyAfterTheOneBefore()
    {
        using var rig = Start(Options with { ThrottleLimit = 1 });
        rig.PostAll(5);
        for (var i = 0; i < 5; i++)
        {
            var attempt = await rig.Script.NextAsync();
            Assert.Equal((i, i + 1), (attempt.Index, rig.Script.Count));
            attempt.Succeed();
        }

        Assert.Equal(5, (await rig.RestAsync()).Count);
        Assert.Equal(1, rig.Script.Peak);
    }

    [Fact]
    public async Task StopAbove_TooManyFailures_RestIsSkipped_LateToo()
    {
        using var rig = Start(Options with { StopAbove = 0.5 });
        rig.Post(100);
        var inHand = new Queue<ScriptedAttempt>(await rig.Script.NextAsync(Limit));
        for (var failed = 1; failed <= FailureWindow.Minimum; failed++)
        {
            Assert.Equal(OutcomeReason.None, rig.Run.StopReason);
            inHand.Dequeue().Fail(Failures.OfItem());
            rig.Until(() => rig.Summary.Failed == failed);
            if (failed < FailureWindow.Minimum)
            {
                inHand.Enqueue(await rig.Script.NextAsync());
            }
        }

        Assert.Equal(OutcomeReason.StopAbove, rig.Run.StopReason);
        rig.Post(5);
        rig.Run.CompleteAdding();

        // What was at work when the limit was reached may end.
        foreach (var attempt in inHand)
        {
            attempt.Succeed();
        }

        var results = await rig.RestAsync();
        Assert.Equal(105, results.Count);
        Assert.Equal(Limit - 1, results.Count(r => r.Status == ItemStatus.Succeeded));
        Assert.All(results.Where(r => r.Attempts == 0), r => Assert.Equal((ItemStatus.Skipped, OutcomeReason.StopAbove), (r.Status, r.Reason)));
        Assert.Equal(OutcomeReason.StopAbove, rig.Summary.StopReason);
        Assert.Equal(FailureWindow.Minimum + Limit - 1, rig.Script.Count);
    }

    [Fact]
    public async Task Run_LeavesNoTimerAndNoWorker()
    {
        using var rig = Start(Options with { AttemptTimeout = Second, ItemTimeout = Second, RunTimeout = Second, WaitTimeout = Second });
        rig.Script.Succeeds = true;
        rig.PostAll(50);

        await rig.RestAsync();
        Assert.Equal(0, rig.WorkersLeft());
        Assert.Equal(0, Time.LiveTimers);
        Assert.Equal(1, Time.CreatedTimers);
    }
}
