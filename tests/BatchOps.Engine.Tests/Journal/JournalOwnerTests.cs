using System.Diagnostics;
using BatchOps.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Engine.Tests;

/// <summary>Several processes and one journal: any number of batches, each with one owner.</summary>
public sealed class JournalOwnerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FourProcesses_DifferentBatchesOfANewJournal_AllComplete()
    {
        var peers = Enumerable.Range(0, 4).Select(i => Peer.Start($"journal={Path}", $"batch=b{i}", "items=1000", "throttle=8")).ToList();
        try
        {
            foreach (var peer in peers)
            {
                Assert.Equal("end 1000", (await peer.RestAsync())[^1]);
            }
        }
        finally
        {
            peers.ForEach(static p => p.Dispose());
        }

        Assert.Equal(["b0|1000", "b1|1000", "b2|1000", "b3|1000"], JournalRuns.Query(Path, "SELECT b.name, count(*) FROM items i JOIN runs r ON r.id = i.run_id JOIN batches b ON b.id = r.batch_id WHERE i.status = 'Succeeded' GROUP BY b.name ORDER BY b.name"));
        Assert.False(File.Exists(Path + "-wal"));
    }

    [Fact]
    public async Task SecondOwner_IsRefusedUntilTheFirstIsKilled()
    {
        using var first = await StartHoldingAsync();
        using (var second = Peer.Start($"journal={Path}", "resume=1"))
        {
            var fault = await second.WaitForAsync("fault");
            Assert.StartsWith("fault Owned", fault, StringComparison.Ordinal);
            Assert.Contains($"process {first.Id} on {Environment.MachineName}", fault, StringComparison.Ordinal);
        }

        first.Kill();
        using var third = Peer.Start($"journal={Path}", "resume=1");
        Assert.Equal("end 1", (await third.RestAsync())[^1]);
        Assert.Equal(["Interrupted", "Completed"], JournalRuns.Query(Path, "SELECT status FROM runs ORDER BY id"));
    }

    [Fact]
    public async Task DeadOwner_ThatNobodyTookNoteOf_IsTakenOverAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Unix keeps the dead, and only Linux tells here.");

        // The shell starts the peer and becomes a program that never asks how its child ended.
        using var shell = Peer.StartAfter("exec 3<&0; dotnet \"$@\" <&3 & echo pid $!", run: "exec sleep 60", $"journal={Path}", "hold=1");
        var id = int.Parse((await shell.WaitForAsync("pid"))[4..], System.Globalization.CultureInfo.InvariantCulture);
        await shell.WaitForAsync("inside");
        using (var process = Process.GetProcessById(id))
        {
            process.Kill();
        }

        HangGuard.Until(() => File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal), "the peer is dead and still listed");
        Assert.Single(await ResumeAsync());
    }

    [Fact]
    public async Task PidOfADeadOwner_UsedByAnotherProcess_IsNotTakenForIt()
    {
        using var owner = await StartHoldingAsync();
        await Assert.ThrowsAsync<JournalException>(() => ResumeAsync());

        // The same number, and a process that started at another time.
        JournalRuns.Query(Path, "UPDATE batches SET owner_started_at = '2020-01-01T00:00:00.000Z'");
        Assert.Single(await ResumeAsync());
    }

    [Fact]
    public async Task OwnerOnAnotherMachine_IsRespectedUntilItWasSilentForAMinute()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await ResumeAsync(time);
        JournalRuns.Query(Path, "UPDATE batches SET owner = 'x', owner_host = 'elsewhere', owner_pid = 1, owner_started_at = '2020-01-01T00:00:00.000Z', heartbeat_at = '2026-01-02T03:04:05.000Z'");

        time.Advance(TimeSpan.FromSeconds(59.9));
        var error = await Assert.ThrowsAsync<JournalException>(() => ResumeAsync(time));
        Assert.Equal(JournalFault.Owned, error.Fault);
        Assert.Contains("elsewhere", error.Message, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Single(await ResumeAsync(time));
    }

    [Fact]
    public async Task QuietRun_KeepsItsHeartbeat()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var inside = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var running = Task.Run(
            () => ResumeAsync(time, _ =>
            {
                inside.Release();
                leave.Wait();
                return "done";
            }),
            TestContext.Current.CancellationToken);
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        for (var second = 1; second <= 3; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            HangGuard.Until(() => JournalRuns.Query(Path, "SELECT heartbeat_at FROM batches")[0] == $"2026-01-02T03:04:0{5 + second}.000Z", "the heartbeat follows the clock");
        }

        leave.Release();
        Assert.Single(await running.Within());
    }

    [Fact]
    public async Task RunThatWasTakenOver_WritesNothingMoreAndEnds()
    {
        using var inside = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var running = Task.Run(
            () => ResumeAsync(operation: _ =>
            {
                inside.Release();
                leave.Wait();
                return "stale";
            }),
            TestContext.Current.CancellationToken);
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        JournalRuns.Query(Path, "UPDATE batches SET owner = 'another', owner_host = 'elsewhere', heartbeat_at = '2999-01-01T00:00:00.000Z'");
        leave.Release();

        var error = await Assert.ThrowsAsync<JournalException>(() => running.Within());
        Assert.Equal(JournalFault.Owned, error.Fault);
        Assert.Contains("taken over", error.Message, StringComparison.Ordinal);
        Assert.Equal(["another|elsewhere"], JournalRuns.Query(Path, "SELECT owner, owner_host FROM batches"));
        Assert.Empty(JournalRuns.Query(Path, "SELECT * FROM items WHERE status = 'Succeeded'"));
    }

    [Fact]
    public async Task Remove_RunOfADeadOwner_IsRemovedAndOneAtWorkIsNot()
    {
        using var owner = await StartHoldingAsync();
        using var reader = new JournalReader(Path);
        Assert.False(reader.Remove(reader.Runs()[0]));
        owner.Kill();
        Assert.True(reader.Remove(reader.Runs()[0]));
        Assert.Empty(reader.Runs());
    }

    private async Task<Peer> StartHoldingAsync()
    {
        var peer = Peer.Start($"journal={Path}", "hold=1");
        await peer.WaitForAsync("inside");
        return peer;
    }

    private async Task<List<ItemResult<int, string>>> ResumeAsync(TimeProvider? time = null, Func<int, string>? operation = null)
    {
        var options = new BatchOptions { BatchName = "numbers", TimeProvider = time ?? TimeProvider.System, Journal = new JournalOptions { Path = Path, OperationHash = "peer", Resume = true } };
        var results = new List<ItemResult<int, string>>();
        await foreach (var result in Batch.RunAsync<int, string>([0], lease => new(operation?.Invoke(lease.Input) ?? "done"), options, static item => new ItemTraits { Key = item }))
        {
            results.Add(result);
        }

        return results;
    }
}
