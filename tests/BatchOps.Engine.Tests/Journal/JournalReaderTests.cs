using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Engine.Tests;

public sealed class JournalReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Items_OfARunThatSkippedThem_HaveTheResultsOfTheRunThatMadeThem()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(Path) with { Resume = true, SkipCompleted = true });
        await JournalRuns.RunAsync([1, 2, 3, 4], JournalRuns.Options(Path) with { Resume = true, SkipCompleted = true });

        using var reader = new JournalReader(Path);
        Assert.Equal(["10", "20", "30", "40"], reader.Items(reader.LastRun()).Select(static i => i.Output?.Text));
    }

    [Fact]
    public async Task Items_OfABatchBegunAnew_HaveNothingOfTheRunsBefore()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path) with { Content = JournalContent.Keys });
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path) with { Resume = true, SkipCompleted = true, Content = JournalContent.Keys });

        using var reader = new JournalReader(Path);
        Assert.Null(Assert.Single(reader.Items(reader.LastRun())).Output);
    }

    [Fact]
    public async Task Runs_WhoseProcessIsDead_AreInterruptedAndCanBeRemoved()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        AsIfKilled(host: Environment.MachineName, pid: int.MaxValue, heartbeat: "2026-01-01T00:00:00.000Z");

        using var reader = new JournalReader(Path);
        var run = Assert.Single(reader.Runs());
        Assert.Equal("Interrupted", run.Status);
        Assert.True(reader.Remove(run));
        Assert.Empty(reader.Runs());
    }

    [Theory]
    [InlineData(30, "Running", false)]
    [InlineData(90, "Interrupted", true)]
    public async Task Runs_OnAnotherMachine_AreAtWorkWhileTheirHeartIsHeard(int seconds, string status, bool removed)
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        AsIfKilled(host: "elsewhere", pid: 1, heartbeat: "2026-01-01T00:00:00.000Z");

        using var reader = new JournalReader(Path, new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds)));
        var run = Assert.Single(reader.Runs());
        Assert.Equal(status, run.Status);
        Assert.Equal(removed, reader.Remove(run));
    }

    [Fact]
    public async Task Remove_LeavesOtherRunsAsTheyAre()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([3], JournalRuns.Options(Path), configure: static o => o with { BatchName = "other" });

        using (var reader = new JournalReader(Path))
        {
            Assert.True(reader.Remove(reader.LastRun("numbers")));
            Assert.Equal(["other"], reader.BatchNames());
            Assert.Equal("30", Assert.Single(reader.Items(reader.LastRun())).Output?.Text);
        }

        Assert.Equal(["1|1"], JournalRuns.Query(Path, "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM items)"));
    }

    [Fact]
    public async Task LastRun_OfABatchThatIsNotThere_NamesThoseThatAre()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));

        using var reader = new JournalReader(Path);
        var error = Assert.Throws<JournalException>(() => reader.LastRun("number"));
        Assert.Equal(JournalFault.NotFound, error.Fault);
        Assert.Contains("'numbers'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_ChosenByBatchAndId_AreThoseOnly()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(Path), configure: static o => o with { BatchName = "other" });

        using var reader = new JournalReader(Path);
        Assert.Equal([1L, 2, 3], reader.Runs().Select(static r => r.Items));
        Assert.Equal([1L, 2], reader.Runs("numbers").Select(static r => r.Items));
        Assert.Equal((3, 2), (reader.LastRun().Items, reader.LastRun("numbers").Items));
        Assert.Equal(1, reader.Run(reader.Runs()[0].RunId).Items);
        Assert.Equal(JournalFault.NotFound, Assert.Throws<JournalException>(() => reader.Run(Guid.Empty)).Fault);
    }

    private void AsIfKilled(string host, int pid, string heartbeat)
    {
        JournalRuns.Query(Path, "UPDATE runs SET status = 'Running', ended_at = NULL");
        JournalRuns.Query(Path, $"UPDATE batches SET owner = (SELECT guid FROM runs), owner_host = '{host}', owner_pid = {pid}, owner_started_at = '{heartbeat}', heartbeat_at = '{heartbeat}'");
    }
}
