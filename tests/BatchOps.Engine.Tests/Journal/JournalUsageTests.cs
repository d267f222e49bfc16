namespace BatchOps.Engine.Tests;

public sealed class JournalUsageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resume_OwnerDiedWithItemsAtWork_TheirUnitsStaySpentUntilTheyRunAgain()
    {
        await DieWithTwoAtWorkAsync();
        Assert.Equal(["2"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));

        // Another item finds nothing left, for the two may have been paid for.
        var others = await ResumeAsync([7]);
        Assert.Equal(OutcomeReason.Budget, others[0].Reason);

        var again = await ResumeAsync([0, 1, 7]);
        Assert.Equal([ItemStatus.Succeeded, ItemStatus.Succeeded, ItemStatus.Skipped], again.OrderBy(static r => r.Index).Select(static r => r.Status));
        Assert.Equal(["2"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));
    }

    [Fact]
    public async Task Resume_CanceledBeforeTheyStart_UnitsThatADeadOwnerHeldStaySpent()
    {
        await DieWithTwoAtWorkAsync();
        var run = new BatchRun<int, string>(Options());
        Assert.True(run.TryPost(0, new ItemTraits { Key = 0 }));
        Assert.True(run.TryPost(1, new ItemTraits { Key = 1 }));
        run.Cancel();
        while (await run.WaitForResultAsync())
        {
            Assert.Equal(2, run.TakeResults(new List<ItemResult<int, string>>()));
        }

        Assert.Equal(["2"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));
        Assert.Equal(OutcomeReason.Budget, (await ResumeAsync([7]))[0].Reason);

        Assert.All(await ResumeAsync([0, 1]), static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
        Assert.Equal(["2"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));
    }

    [Fact]
    public async Task Resume_WhatADeadOwnerHeldFails_GivesItsUnitsBack()
    {
        await DieWithTwoAtWorkAsync();
        var again = await ResumeAsync([0, 1, 7, 8], static lease => lease.Input < 2 ? throw new InvalidOperationException("no") : "done");

        Assert.Equal([ItemStatus.Failed, ItemStatus.Failed, ItemStatus.Succeeded, ItemStatus.Succeeded], again.OrderBy(static r => r.Index).Select(static r => r.Status));
        Assert.Equal(["2"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));
    }

    [Fact]
    public async Task UsageLimit_ManyItemsAtOnce_IsNeverExceededAndAllSpent()
    {
        var atOnce = 0;
        var most = 0;
        var results = await JournalRuns.RunAsync(
            Enumerable.Range(0, 500),
            JournalRuns.Options(Path),
            lease =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref atOnce));
                if (lease.Input % 3 == 0)
                {
                    Interlocked.Decrement(ref atOnce);
                    throw new InvalidOperationException("no");
                }

                return lease.Input;
            },
            static o => o with { UsageLimit = 100, ThrottleLimit = 16 });

        // What failed gave its unit back, so at no time more than the limit had started and not failed.
        Assert.InRange(most, 1, 100);
        Assert.Equal(100, results.Count(static r => r.Status == ItemStatus.Succeeded));
        Assert.Equal(["100"], JournalRuns.Query(Path, "SELECT total(usage) FROM items"));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }

    private async Task DieWithTwoAtWorkAsync()
    {
        using var peer = Peer.Start($"journal={Path}", "items=2", "throttle=2", "usage=2", "hold=1");
        await peer.WaitForAsync("inside");
        await peer.WaitForAsync("inside");
        peer.Kill();
    }

    private BatchOptions Options() => new()
    {
        BatchName = "numbers",
        UsageLimit = 2,
        Journal = new JournalOptions { Path = Path, OperationHash = "peer", Resume = true },
    };

    private async Task<List<ItemResult<int, string>>> ResumeAsync(int[] items, Func<Lease<int, string>, string>? operation = null)
    {
        var results = new List<ItemResult<int, string>>();
        await foreach (var result in Batch.RunAsync<int, string>(items, lease => new(operation?.Invoke(lease) ?? "done"), Options(), static item => new ItemTraits { Key = item }))
        {
            results.Add(result);
        }

        return results;
    }
}
