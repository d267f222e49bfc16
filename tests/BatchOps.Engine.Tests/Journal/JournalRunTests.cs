namespace BatchOps.Engine.Tests;

public sealed class JournalRunTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WithJournal_HoldsEachOutcomeInInputOrder()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 500), JournalRuns.Options(Path), static lease =>
            lease.Input == 7 ? throw new InvalidOperationException("seven") : lease.Input * 10);

        var rows = JournalRuns.Query(Path, "SELECT idx, status, attempts, output, error FROM items ORDER BY id");
        Assert.Equal(500, rows.Count);
        Assert.Equal("0|Succeeded|1|0|", rows[0]);
        Assert.Equal("7|Failed|1||seven", rows[7]);
        Assert.Equal("499|Succeeded|1|4990|", rows[499]);
        Assert.Equal(["numbers|Completed|500|499|1|4"], JournalRuns.Query(Path, "SELECT batches.name, status, items, succeeded, failed, max_concurrency FROM runs JOIN batches ON batches.id = batch_id"));
        Assert.NotEmpty(JournalRuns.Query(Path, "SELECT * FROM metrics"));
    }

    [Fact]
    public async Task Resume_AfterFailures_RunsOnlyWhatFailed()
    {
        var executed = new List<int>();
        await JournalRuns.RunAsync(Enumerable.Range(0, 20), JournalRuns.Options(Path), static lease => lease.Input % 3 == 0 ? throw new InvalidOperationException("no") : lease.Input * 10);

        var results = await JournalRuns.RunAsync(Enumerable.Range(0, 20), JournalRuns.Options(Path) with { Resume = true }, lease =>
        {
            lock (executed)
            {
                executed.Add(lease.Input);
            }

            return lease.Input * 100;
        });

        Assert.Equal([0, 3, 6, 9, 12, 15, 18], executed.Order());
        Assert.Equal(Enumerable.Range(0, 20).Select(static i => i % 3 == 0 ? i * 100 : i * 10), results.OrderBy(static r => r.Index).Select(static r => r.Output));
        Assert.All(results, static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        Assert.All(results, static r => Assert.Equal(r.Input % 3 != 0, r.Resumed));
    }

    [Fact]
    public async Task Resume_InputReorderedExtendedAndWithEqualItems_RunsWhatIsNew()
    {
        await JournalRuns.RunAsync([1, 1, 2, 3], JournalRuns.Options(Path));

        var results = await JournalRuns.RunAsync([3, 1, 4, 1, 1], JournalRuns.Options(Path) with { Resume = true });

        Assert.Equal([3L, 1L, 1L], results.Where(static r => r.Resumed).OrderBy(static r => r.Index).Select(static r => (long)r.Input));
        Assert.Equal([2L, 4L], results.Where(static r => !r.Resumed).Select(static r => r.Index).Order());
    }

    [Fact]
    public async Task Run_WithoutResume_BeginsAnew()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        var again = await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(Path), static lease => lease.Input == 3 ? throw new InvalidOperationException("no") : lease.Input);
        Assert.DoesNotContain(again, static r => r.FromCache);

        var resumed = await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(Path) with { Resume = true });
        Assert.Equal([1, 2, 30], resumed.OrderBy(static r => r.Index).Select(static r => r.Output));
    }

    [Fact]
    public async Task Resume_OperationChanged_IsRefusedUnlessForced()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        var changed = JournalRuns.Options(Path) with { Resume = true, OperationHash = "other" };

        var error = await Assert.ThrowsAsync<JournalException>(() => JournalRuns.RunAsync([1], changed));
        Assert.Equal(JournalFault.OperationChanged, error.Fault);
        Assert.Contains("'numbers'", error.Message, StringComparison.Ordinal);
        Assert.True((await JournalRuns.RunAsync([1], changed with { Force = true }))[0].Resumed);
    }

    [Fact]
    public async Task Run_WhileAnotherOwnsTheBatch_IsRefusedAndAnotherBatchIsNot()
    {
        using var inside = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var first = JournalRuns.RunAsync([1], JournalRuns.Options(Path), lease =>
        {
            inside.Release();
            leave.Wait();
            return 1;
        });
        await inside.WaitAsync();
        var error = await Assert.ThrowsAsync<JournalException>(() => JournalRuns.RunAsync([1], JournalRuns.Options(Path)));
        var other = await JournalRuns.RunAsync([1], JournalRuns.Options(Path), configure: static o => o with { BatchName = "other" });
        leave.Release();
        await first;

        Assert.Equal(JournalFault.Owned, error.Fault);
        Assert.Equal(10, other[0].Output);
        Assert.Single(await JournalRuns.RunAsync([1], JournalRuns.Options(Path)));
    }

    [Fact]
    public async Task Cache_SecondRunOfAnotherBatch_ExecutesNothing()
    {
        var cached = JournalRuns.Options(Path) with { CacheFor = TimeSpan.FromMinutes(1) };
        await JournalRuns.RunAsync(Enumerable.Range(0, 100), cached);
        var executed = 0;
        var results = await JournalRuns.RunAsync(Enumerable.Range(0, 100), cached, lease => Interlocked.Increment(ref executed), static o => o with { BatchName = "other" });

        Assert.Equal(0, executed);
        Assert.All(results, static r => Assert.True(r.FromCache && r.Output == r.Input * 10));
        Assert.All(await JournalRuns.RunAsync([1], cached with { OperationHash = "other" }), static r => Assert.False(r.FromCache));
    }

    [Fact]
    public async Task UsageLimit_Reached_SkipsTheRestAndAResumeWithMoreRunsIt()
    {
        var results = await JournalRuns.RunAsync(Enumerable.Range(0, 10), JournalRuns.Options(Path), configure: static o => o with { UsageLimit = 4 });
        Assert.Equal(4, results.Count(static r => r.Status == ItemStatus.Succeeded));
        Assert.Equal(6, results.Count(static r => r.Status == ItemStatus.Skipped && r.Reason == OutcomeReason.Budget));

        var resumed = await JournalRuns.RunAsync(Enumerable.Range(0, 10), JournalRuns.Options(Path) with { Resume = true }, configure: static o => o with { UsageLimit = 7 });
        Assert.Equal(4, resumed.Count(static r => r.Resumed));
        Assert.Equal(3, resumed.Count(static r => r.Status == ItemStatus.Succeeded && !r.Resumed));
        Assert.Equal(["7"], JournalRuns.Query(Path, "SELECT sum(usage) FROM items"));
    }

    [Fact]
    public async Task UsageLimit_FailedItems_GiveTheirUnitsBack()
    {
        var results = await JournalRuns.RunAsync(Enumerable.Range(0, 10), JournalRuns.Options(Path), static lease => lease.Input < 6 ? throw new InvalidOperationException("no") : 1, static o => o with { UsageLimit = 4 });

        Assert.Equal(6, results.Count(static r => r.Status == ItemStatus.Failed));
        Assert.Equal(4, results.Count(static r => r.Status == ItemStatus.Succeeded));
    }

    [Fact]
    public async Task UsageLimit_WithoutJournal_BoundsTheRun()
    {
        var options = new BatchOptions { UsageLimit = 5, ThrottleLimit = 3 };
        var results = new List<ItemResult<int, int>>();
        await foreach (var result in Batch.RunAsync<int, int>(Enumerable.Range(0, 10), static lease => new(lease.Input), options, static _ => new ItemTraits { UsageCost = 2 }))
        {
            results.Add(result);
        }

        Assert.Equal(2, results.Count(static r => r.Status == ItemStatus.Succeeded));
        Assert.Equal(8, results.Count(static r => r.Reason == OutcomeReason.Budget));
    }

    [Fact]
    public async Task SkipCompleted_ItemsThatSucceeded_AreMarkedAndCarryNoOutput()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        var results = await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(Path) with { Resume = true, SkipCompleted = true });

        Assert.Equal(2, results.Count(static r => r.Resumed && r.Output == 0));
        Assert.Equal(30, results.Single(static r => !r.Resumed).Output);
    }

    [Fact]
    public async Task SkipCompleted_ReadSkipped_OutputIsThereAndNotStoredTwice()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        var skipping = JournalRuns.Options(Path) with { Resume = true, SkipCompleted = true, ReadSkipped = true };
        for (var again = 0; again < 2; again++)
        {
            var results = await JournalRuns.RunAsync([1, 2], skipping);

            Assert.Equal([10, 20], results.Where(static r => r.Resumed).Select(static r => r.Output).Order());
            Assert.All(results, static r => Assert.Null(r.Stored));
        }
    }

    [Fact]
    public async Task NewJournal_OnUnix_IsReadableByItsOwnerOnly()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
        }
        else
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        }

        Assert.False(File.Exists(Path + "-wal"));
    }
}
