using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

public sealed class JournalRemoteTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lease_ItsRowIsOnTheDiskBefore()
    {
        using var rig = new RemoteRig(Options() with { ThrottleLimit = 3 });
        rig.Post([.. Enumerable.Range(0, 20)]);
        for (var i = 0; i < 20; i++)
        {
            var handed = await rig.TakeAsync();
            Assert.Equal(["Pending|1|0"], Rows("status, epoch, starts", $"idx = {handed.Lease.Index}"));
            handed.Succeed();
        }
    }

    [Fact]
    public async Task Lease_WithUsageLimit_OneReservationHoldsBoth()
    {
        using var rig = new RemoteRig(Options() with { UsageLimit = 2 });
        rig.Post(0, 1, 2);
        var handed = await rig.TakeAsync();
        var other = await rig.TakeAsync();
        Assert.Equal(["Pending|1|1", "Pending|1|1"], Rows("status, epoch, usage", "epoch > 0"));
        handed.Succeed();
        other.Fail(Failures.OfItem());
        (await rig.TakeAsync()).Succeed();
        rig.Run.CompleteAdding();
        for (var i = 0; i < 3; i++)
        {
            await rig.ResultAsync();
        }

        Assert.Equal(["Succeeded|1|1", "Failed|1|0", "Succeeded|1|1"], Rows("status, epoch, usage"));
    }

    [Fact]
    public async Task Progress_StartsAndSubmissionsAreWritten()
    {
        using var rig = new RemoteRig(Options() with { Retry = new RetryOptions { Count = 1, Delay = TimeSpan.Zero } });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        handed.Lease.NoteStarted(7);
        Until("Running|1|1|7|1");
        handed.Lease.NextEpoch();
        handed.Lease.NoteStarted(8);
        Until("Running|2|2|8|1");
        handed.Fail(Failures.Transient());
        var retry = await rig.TakeAsync();
        Until("Retrying|2|0|8|1");
        retry.Lease.NextEpoch();
        Until("Pending|3|0|8|1");
        retry.Lease.NoteStarted(9);
        Until("Running|3|1|9|2");
        retry.Succeed();
        await rig.ResultAsync();
        Until("Succeeded|3|0|9|2");

        void Until(string expected) => HangGuard.Until(() => Rows("status, epoch, starts, worker, attempts")[0] == expected, expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Resume_OwnerDied_ItemIsSubmittedUnderItsEpochWithItsStarts(int starts)
    {
        await DieAsync(starts);
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0, 1);
        var handed = await rig.TakeAsync();
        var other = await rig.TakeAsync();

        Assert.Equal((true, 1, starts), (handed.Lease.Submitted, handed.Lease.Epoch, handed.Lease.Starts));
        Assert.Equal((false, 1, 0), (other.Lease.Submitted, other.Lease.Epoch, other.Lease.Starts));
        Assert.Equal([$"Pending|1|{starts}", "Pending|1|0"], Rows("status, epoch, starts", "run_id = 2"));
        handed.Lease.NoteStarted(1);
        Assert.Equal(starts + 1, handed.Lease.Starts);
    }

    [Fact]
    public async Task Resume_SeveralOwnersDied_StartsAddUp()
    {
        await DieAsync(starts: 1);
        await DieAsync(starts: 1, resume: true);
        await DieAsync(starts: 0, resume: true);
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0);
        var lease = (await rig.TakeAsync()).Lease;
        Assert.Equal((true, 1, 2), (lease.Submitted, lease.Epoch, lease.Starts));
    }

    [Fact]
    public async Task Resume_ItemFailedSince_IsNoLongerSubmitted()
    {
        await DieAsync(starts: 2);
        await EndAsync(static handed => handed.Fail(Failures.OfItem()));
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0);
        var lease = (await rig.TakeAsync()).Lease;
        Assert.Equal((false, 2, 0), (lease.Submitted, lease.Epoch, lease.Starts));
    }

    [Fact]
    public async Task Resume_ItemWasSkippedSince_IsStillSubmitted()
    {
        await DieAsync(starts: 2);
        using (var canceled = new RemoteRig(Options(resume: true)))
        {
            canceled.Post(0, 1);
            canceled.Run.Cancel();
            Assert.Equal(ItemStatus.Canceled, (await canceled.ResultAsync()).Status);
            Assert.Equal(ItemStatus.Canceled, (await canceled.ResultAsync()).Status);
            Assert.False(await canceled.Run.WaitForResultAsync().Within());
        }

        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0, 1);
        var lease = (await rig.TakeAsync()).Lease;
        Assert.Equal((true, 1, 2), (lease.Submitted, lease.Epoch, lease.Starts));
        Assert.False((await rig.TakeAsync()).Lease.Submitted);
    }

    [Fact]
    public async Task Resume_AttemptHasEndedSince_TheNextOneIsNotSubmitted()
    {
        await DieAsync(starts: 2);
        using var rig = new RemoteRig(Options(resume: true) with { Retry = new RetryOptions { Count = 1, Delay = TimeSpan.Zero } });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        Assert.True(handed.Lease.Submitted);
        handed.Fail(Failures.Transient());
        var retry = await rig.TakeAsync();
        Assert.Equal((false, 1, 0), (retry.Lease.Submitted, retry.Lease.Epoch, retry.Lease.Starts));
        retry.Succeed();
    }

    [Fact]
    public async Task BeginAnew_NothingOfEarlierSubmissionsCounts()
    {
        await DieAsync(starts: 2);
        using var rig = new RemoteRig(Options());
        rig.Post(0);
        var lease = (await rig.TakeAsync()).Lease;
        Assert.Equal((false, 1, 0), (lease.Submitted, lease.Epoch, lease.Starts));
    }

    [Fact]
    public async Task BatchUid_ResumedRunsShareOneAndABatchBegunAnewHasAnother()
    {
        var uids = new List<string>();
        foreach (var resume in new[] { false, true, false })
        {
            using var rig = new RemoteRig(Options(resume));
            uids.Add(rig.Run.BatchUid);
            rig.Run.CompleteAdding();
            Assert.False(await rig.Run.WaitForResultAsync().Within());
            Assert.Equal([uids[^1]], JournalRuns.Query(Path, "SELECT uid FROM batches"));
        }

        Assert.Equal(uids[0], uids[1]);
        Assert.NotEqual(uids[1], uids[2]);
    }

    [Fact]
    public async Task OldFile_IsBroughtUpToDateAndItsBatchGetsAUid()
    {
        using (var old = JournalFile.OpenToWrite(Path, JournalFile.BusyTimeout, [JournalSchema.Steps[0]]))
        {
            old.Execute("INSERT INTO batches (id, name, operation_hash, generation, created_at) VALUES (1, 'numbers', 'peer', 3, '2030-01-01T00:00:00.000Z')");
            old.Execute(
                """
                INSERT INTO runs (id, guid, batch_id, generation, resumed, operation_hash, options, item_order, host, pid, started_at, status, max_concurrency)
                VALUES (1, 'a', 1, 3, 0, 'peer', '{}', 'input', 'h', 1, '2030-01-01T00:00:00.000Z', 'Interrupted', 5);
                INSERT INTO items (id, run_id, idx, status, attempts, queued_at, from_cache, usage, lossy) VALUES (4294967296, 1, 0, 'Running', 1, '2030-01-01T00:00:00.000Z', 0, 0, 0);
                """);
        }

        using var rig = new RemoteRig(Options(resume: true));
        Assert.Equal([$"3|{rig.Run.BatchUid}"], JournalRuns.Query(Path, "SELECT generation, uid FROM batches"));
        Assert.Equal(["Running|0|0"], Rows("status, epoch, starts"));
        rig.Post(0);
        Assert.False((await rig.TakeAsync()).Lease.Submitted);
    }

    [Fact]
    public async Task Collect_Success_IsResumedWithItsOutput()
    {
        var dead = await DieAsync(starts: 1);
        using var rig = new RemoteRig(Options(resume: true));
        var outcome = new CollectedOutcome<string> { Status = ItemStatus.Succeeded, Output = "collected", Attempts = 2, Duration = TimeSpan.FromMilliseconds(1) };

        Assert.True(await rig.Run.CollectAsync(dead, 0, outcome).Within());
        Assert.Equal(["Succeeded|2|0.001|\"collected\"|0|1"], Rows("status, attempts, duration, output, starts, waited >= 0 AND ended_at >= started_at"));
        Assert.False(await rig.Run.CollectAsync(dead, 0, outcome with { Output = "another" }).Within());

        rig.Post(0);
        var result = await rig.ResultAsync();
        Assert.Equal((ItemStatus.Succeeded, true, "collected", 2), (result.Status, result.Resumed, result.Output, result.Attempts));
        Assert.Equal(0, rig.Run.Summary.Executed);
    }

    [Theory]
    [InlineData(ItemStatus.Failed, 0)]
    [InlineData(ItemStatus.TimedOut, 1)]
    public async Task Collect_Failure_ItemRunsAgainAndIsNoLongerSubmitted(ItemStatus status, double usage)
    {
        var dead = await DieAsync(starts: 1);
        JournalRuns.Query(Path, "UPDATE items SET usage = 1");
        using var rig = new RemoteRig(Options(resume: true));
        var error = new InvalidOperationException("no: password=hunter2");

        Assert.True(await rig.Run.CollectAsync(dead, 0, new CollectedOutcome<string> { Status = status, Output = "part", Attempts = 1, Error = error }).Within());
        Assert.Equal([$"{status}||{usage}|1"], Rows("status, output, usage, error LIKE 'no: %' AND error NOT LIKE '%hunter2%'"));

        rig.Post(0);
        var lease = (await rig.TakeAsync()).Lease;
        Assert.Equal((false, 2, 0), (lease.Submitted, lease.Epoch, lease.Starts));
    }

    [Fact]
    public async Task Collect_NothingIsKnownOfIt_ChangesNothing()
    {
        var older = await DieAsync(starts: 1);
        JournalRuns.Query(Path, "UPDATE items SET epoch = 2");
        var dead = await DieAsync(starts: 1, resume: true);
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0);
        var handed = await rig.TakeAsync();
        var before = Rows("*");
        var outcome = new CollectedOutcome<string> { Status = ItemStatus.Succeeded, Output = "collected", Attempts = 1 };

        Assert.False(await rig.Run.CollectAsync(Guid.NewGuid(), 0, outcome).Within());
        Assert.False(await rig.Run.CollectAsync(dead, 1, outcome).Within());
        Assert.False(await rig.Run.CollectAsync(rig.Run.Id, 0, outcome).Within());
        Assert.False(await rig.Run.CollectAsync(older, 0, outcome with { Epoch = 1 }).Within());
        Assert.Equal(before, Rows("*"));
        Assert.True(await rig.Run.CollectAsync(dead, 0, outcome with { Epoch = 2 }).Within());
        handed.Succeed();
    }

    [Fact]
    public async Task Collect_BatchWasBegunAnew_ChangesNothing()
    {
        var dead = await DieAsync(starts: 1);
        using var rig = new RemoteRig(Options());
        Assert.False(await rig.Run.CollectAsync(dead, 0, new CollectedOutcome<string> { Status = ItemStatus.Succeeded, Attempts = 1 }).Within());
        Assert.Equal(["Running"], Rows("status"));
    }

    [Fact]
    public async Task Collect_RunHasEnded_Throws()
    {
        var dead = await DieAsync(starts: 1);
        using var rig = new RemoteRig(Options(resume: true));
        rig.Run.CompleteAdding();
        Assert.False(await rig.Run.WaitForResultAsync().Within());
        await Assert.ThrowsAsync<JournalException>(() => rig.Run.CollectAsync(dead, 0, new CollectedOutcome<string> { Status = ItemStatus.Succeeded, Attempts = 1 }));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TryRecall_CollectedSinceItWasPosted_GivesTheOutput(bool skipCompleted)
    {
        var dead = await DieAsync(starts: 1);
        var options = Options(resume: true);
        using var rig = new RemoteRig(options with { Journal = options.Journal! with { SkipCompleted = skipCompleted } });
        rig.Post(0);
        var handed = await rig.TakeAsync();
        Assert.False(handed.Lease.TryRecall(out _));
        Assert.True(handed.Lease.Submitted);

        await rig.Run.CollectAsync(dead, 0, new CollectedOutcome<string> { Status = ItemStatus.Succeeded, Output = "collected", Attempts = 1 }).Within();
        Assert.True(handed.Lease.TryRecall(out var output));
        Assert.Equal("collected", output);
    }

    [Fact]
    public async Task TryRecall_CollectedAsFailed_IsNoLongerSubmitted()
    {
        var dead = await DieAsync(starts: 1);
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0);
        var handed = await rig.TakeAsync();
        await rig.Run.CollectAsync(dead, 0, new CollectedOutcome<string> { Status = ItemStatus.Failed, Attempts = 1 }).Within();

        Assert.False(handed.Lease.TryRecall(out _));
        Assert.False(handed.Lease.Submitted);
    }

    [Fact]
    public async Task OnCommitted_OutcomeIsOnTheDisk()
    {
        using var rig = new RemoteRig(Options());
        rig.Post(0);
        var handed = await rig.TakeAsync();
        var seen = new TaskCompletionSource<string>();
        handed.Lease.OnCommitted(() => seen.SetResult(Monitor.IsEntered(rig.Run.Sync) ? "locked" : Rows("status, output")[0]));
        handed.Succeed();

        Assert.Equal("Succeeded|\"done\"", await seen.Task.Within());
    }

    [Fact]
    public async Task OnCommitted_JournalFailed_IsNeverCalled()
    {
        using var rig = new RemoteRig(Options());
        rig.Post(0);
        var handed = await rig.TakeAsync();
        var called = false;
        handed.Lease.OnCommitted(() => called = true);
        JournalRuns.Query(Path, "UPDATE batches SET owner = 'another'");
        handed.Succeed();
        while (await rig.Run.WaitForResultAsync().Within())
        {
            Assert.False(rig.Run.TryTakeResult(out _));
        }

        Assert.IsType<JournalException>(rig.Run.Fault);
        Assert.False(called);
    }

    private BatchOptions Options(bool resume = false) => new()
    {
        BatchName = "numbers",
        Remote = true,
        Journal = new JournalOptions { Path = Path, OperationHash = "peer", Resume = resume },
    };

    private List<string> Rows(string columns, string where = "true") => JournalRuns.Query(Path, $"SELECT {columns} FROM items WHERE {where} ORDER BY id");

    /// <summary>A run that submits item 0, hears so often that it starts, and is killed. Returns the run's id.</summary>
    private async Task<Guid> DieAsync(int starts, bool resume = false)
    {
        using var peer = Peer.Start($"journal={Path}", "hold=1", $"starts={starts}", $"resume={(resume ? 1 : 0)}");
        await peer.WaitForAsync("inside");
        HangGuard.Until(() => starts == 0 || Rows("status", "run_id = (SELECT max(id) FROM runs)") is ["Running"], "the start is on the disk");
        peer.Kill();
        return Guid.Parse(JournalRuns.Query(Path, "SELECT guid FROM runs ORDER BY id DESC")[0]);
    }

    private async Task EndAsync(Action<RemoteRig.HandedOut> end)
    {
        using var rig = new RemoteRig(Options(resume: true));
        rig.Post(0);
        end(await rig.TakeAsync());
        rig.Run.CompleteAdding();
        await rig.ResultAsync();
        Assert.False(await rig.Run.WaitForResultAsync().Within());
    }
}
