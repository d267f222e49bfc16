using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

public sealed class RemoteTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();

    private BatchOptions Options => new() { Remote = true, TimeProvider = _time, Random = new FixedRandom() };

    [Fact]
    public async Task Start_NotAnnounced_NoTimeoutRuns()
    {
        using var rig = new RemoteRig(Options with { AttemptTimeout = Second, ItemTimeout = 2 * Second });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        _time.Run(10);
        Assert.False(handed.Lease.CancellationToken.IsCancellationRequested);

        handed.Lease.NoteStarted(3);
        _time.Run(0.999);
        Assert.False(handed.Lease.CancellationToken.IsCancellationRequested);
        _time.Run(0.001);
        Assert.True(handed.Lease.CancellationToken.IsCancellationRequested);
        handed.Fail(new OperationCanceledException());

        var result = await rig.ResultAsync();
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout), (result.Status, result.Reason));
        Assert.Equal((Second, 10 * Second), (result.Duration, result.Waited));
        Assert.Equal(result.QueuedAt + (10 * Second), result.StartedAt);
    }

    [Fact]
    public async Task Start_NeverAnnounced_AllTimeWasWaiting()
    {
        using var rig = new RemoteRig(Options);
        rig.Post(0);
        var handed = await rig.TakeAsync();
        _time.Run(10);
        Assert.Equal([TimeSpan.Zero], rig.Run.AtWork(1).Select(static w => w.Elapsed));
        handed.Fail(Failures.OfItem());

        var result = await rig.ResultAsync();
        Assert.Equal((ItemStatus.Failed, TimeSpan.Zero, 10 * Second, null), (result.Status, result.Duration, result.Waited, result.StartedAt));
        Assert.Equal(0, rig.Run.Summary.ItemSeconds);
    }

    [Fact]
    public async Task NoteStarted_Again_TheAttemptsTimeCountsAnewAndTheItemsGoesOn()
    {
        using var rig = new RemoteRig(Options with { AttemptTimeout = Second, ItemTimeout = 1.5 * Second });
        rig.Post(0, 1);
        var first = await rig.TakeAsync();
        var second = await rig.TakeAsync();
        first.Lease.NoteStarted(1);
        second.Lease.NoteStarted(2);
        _time.Run(0.8);
        first.Lease.NoteStarted(2);
        second.Lease.NoteStarted(1);
        Assert.Equal((2, 2), (first.Lease.Starts, first.Lease.Worker));
        _time.Run(0.6);
        first.Succeed();

        var result = await rig.ResultAsync();
        Assert.Equal((ItemStatus.Succeeded, 0.6 * Second, result.QueuedAt), (result.Status, result.Duration, result.StartedAt));
        Assert.False(second.Lease.CancellationToken.IsCancellationRequested);
        _time.Run(0.1);
        Assert.True(second.Lease.CancellationToken.IsCancellationRequested);
        second.Fail(new OperationCanceledException());
        Assert.Equal(OutcomeReason.ItemTimeout, (await rig.ResultAsync()).Reason);
    }

    [Fact]
    public async Task NoteStarted_AfterTheAttempt_IsNothing()
    {
        using var rig = new RemoteRig(Options with { AttemptTimeout = Second, Retry = new RetryOptions { Count = 1, Delay = 10 * Second } });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        handed.Fail(Failures.Transient());
        handed.Lease.NoteStarted(1);

        Assert.Equal((0, 0), (handed.Lease.Starts, handed.Lease.Worker));
        _time.Run(5);
        var retry = await rig.TakeAsync();
        _time.Run(5);
        Assert.False(retry.Lease.CancellationToken.IsCancellationRequested);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(30, 5)]
    public async Task NoteDuration_StartWasNotAnnounced_IsTheAttemptsTime(double noted, double expected)
    {
        using var rig = new RemoteRig(Options);
        rig.Post(0);
        var handed = await rig.TakeAsync();
        _time.Run(5);
        handed.Lease.NoteDuration(noted * Second);
        handed.Succeed();

        var result = await rig.ResultAsync();
        Assert.Equal((expected * Second, (5 - expected) * Second), (result.Duration, result.Waited));
        Assert.Equal(result.EndedAt - (expected * Second), result.StartedAt);
        Assert.Equal(expected, rig.Run.Summary.ItemSeconds);
    }

    [Fact]
    public async Task NoteDuration_StartWasAnnounced_IsNothing()
    {
        using var rig = new RemoteRig(Options);
        rig.Post(0);
        var handed = await rig.TakeAsync();
        handed.Lease.NoteStarted(1);
        _time.Run(5);
        handed.Lease.NoteDuration(Second);
        handed.Succeed();

        Assert.Equal(5 * Second, (await rig.ResultAsync()).Duration);
    }

    [Fact]
    public async Task Starts_OutcomeOfAnAttempt_CountFromZeroAgain()
    {
        using var rig = new RemoteRig(Options with { Retry = new RetryOptions { Count = 1, Delay = 10 * Second } });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        Assert.Equal((0, 1, false), (handed.Lease.Starts, handed.Lease.Epoch, handed.Lease.Submitted));
        handed.Lease.NoteStarted(1);
        handed.Lease.NoteStarted(2);
        Assert.Equal(2, handed.Lease.NextEpoch());
        handed.Fail(Failures.Transient());
        _time.Run(5);

        var retry = await rig.TakeAsync();
        Assert.Equal((0, 2), (retry.Lease.Starts, retry.Lease.Epoch));
        Assert.Equal(3, retry.Lease.NextEpoch());
        retry.Lease.NoteStarted(1);
        Assert.Equal(1, retry.Lease.Starts);
    }

    [Fact]
    public async Task LocalRun_TimeBeginsWithTheLease()
    {
        using var rig = new RemoteRig(Options with { Remote = false, AttemptTimeout = Second });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        Assert.Equal((0, 0), (handed.Lease.Starts, handed.Lease.Epoch));
        _time.Run(1);
        Assert.True(handed.Lease.CancellationToken.IsCancellationRequested);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StopAttempt_ItemIsCanceledAndTheRunGoesOn(bool remote)
    {
        using var rig = new RemoteRig(Options with { Remote = remote, CancelOnFailure = true, Retry = new RetryOptions { Count = 3 } });
        rig.Post(0, 1, 2);
        var handed = await rig.TakeAsync();
        var other = await rig.TakeAsync();
        handed.Lease.StopAttempt();
        Assert.True(handed.Lease.CancellationToken.IsCancellationRequested);
        Assert.False(other.Lease.CancellationToken.IsCancellationRequested);
        handed.Fail(Failures.Transient());

        var result = await rig.ResultAsync();
        Assert.Equal((0, ItemStatus.Canceled, OutcomeReason.Canceled, 1), (result.Index, result.Status, result.Reason, result.Attempts));
        other.Succeed();
        Assert.Equal(ItemStatus.Succeeded, (await rig.ResultAsync()).Status);
        (await rig.TakeAsync()).Succeed();
        Assert.Equal(OutcomeReason.None, rig.Run.Summary.StopReason);
    }

    [Fact]
    public async Task OnCommitted_WithoutJournal_IsCalledOnceForEachAttempt()
    {
        using var rig = new RemoteRig(Options with { Retry = new RetryOptions { Count = 1, Delay = 10 * Second } });
        rig.Post(0);
        var calls = new List<string>();
        var handed = await rig.TakeAsync();
        handed.Lease.OnCommitted(() => Call("first"));
        Assert.Empty(calls);
        handed.Fail(Failures.Transient());
        Assert.Equal(["first"], calls);
        _time.Run(5);

        var retry = await rig.TakeAsync();
        retry.Lease.OnCommitted(() => Call("second"));
        Assert.Equal(["first"], calls);
        retry.Succeed();
        Assert.Equal(["first", "second"], calls);
        rig.Run.CompleteAdding();
        Assert.Equal(["first", "second"], calls);

        void Call(string name)
        {
            Assert.False(Monitor.IsEntered(rig.Run.Sync));
            calls.Add(name);
        }
    }

    [Fact]
    public async Task OnCommitted_AttemptWasAbandoned_IsCalledWithItsLateOutcome()
    {
        using var rig = new RemoteRig(Options with { AttemptTimeout = Second, GracePeriod = Second });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        handed.Lease.NoteStarted(1);
        _time.Run(2);
        Assert.True((await rig.ResultAsync()).Abandoned);

        var calls = 0;
        handed.Lease.OnCommitted(() => calls++);
        Assert.Equal(1, calls);
        handed.Succeed();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Workers_AreWhatTheExecutorSees()
    {
        using var rig = new RemoteRig(Options);
        Assert.Equal(0, rig.Run.Summary.Workers);
        rig.Run.Summary.NoteWorkers(3);
        Assert.Equal(3, rig.Run.Summary.Workers);
    }

    [Fact]
    public void BatchUid_WithoutJournal_IsEachRunsOwn()
    {
        using var one = new RemoteRig(Options);
        using var other = new RemoteRig(Options);
        Assert.NotEqual(one.Run.BatchUid, other.Run.BatchUid);
    }
}
