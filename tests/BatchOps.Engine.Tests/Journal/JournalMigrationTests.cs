using Microsoft.Data.Sqlite;

namespace BatchOps.Engine.Tests;

public sealed class JournalMigrationTests : IDisposable
{
    private const string Next = "ALTER TABLE items ADD COLUMN place TEXT; CREATE TABLE places (name TEXT);";

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OlderFile_IsBroughtUpToDateWithItsRows()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 50), JournalRuns.Options(Path));
        Open([.. JournalSchema.Steps, Next]).Dispose();

        Assert.Equal([$"{JournalSchema.Steps.Count + 1}"], JournalRuns.Query(Path, "PRAGMA user_version"));
        Assert.Equal(["50|0"], JournalRuns.Query(Path, "SELECT count(*), count(place) FROM items WHERE status = 'Succeeded'"));
        Assert.Empty(JournalRuns.Query(Path, "SELECT * FROM places"));
    }

    [Fact]
    public async Task StepThatFails_LeavesTheFileAsItWas()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 50), JournalRuns.Options(Path));
        var schema = JournalRuns.Query(Path, "SELECT sql FROM sqlite_schema ORDER BY name");

        var error = Assert.Throws<JournalException>(() => Open([.. JournalSchema.Steps, Next, "CREATE TABLE more (x); INSERT INTO nowhere VALUES (1)"]));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Equal(schema, JournalRuns.Query(Path, "SELECT sql FROM sqlite_schema ORDER BY name"));
        Assert.Equal([$"{JournalSchema.Steps.Count}"], JournalRuns.Query(Path, "PRAGMA user_version"));
        Assert.All(await JournalRuns.RunAsync(Enumerable.Range(0, 50), JournalRuns.Options(Path) with { Resume = true }), static r => Assert.True(r.Resumed));
    }

    [Fact]
    public async Task NewFile_StepThatFails_IsNoJournalYet()
    {
        Assert.Throws<JournalException>(() => Open([.. JournalSchema.Steps, "INSERT INTO nowhere VALUES (1)"]));
        Assert.Empty(JournalRuns.Query(Path, "SELECT * FROM sqlite_schema"));
        Assert.Single(await JournalRuns.RunAsync([1], JournalRuns.Options(Path)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ManyAtOnce_MigrateOnce(bool fileExists)
    {
        for (var round = 0; round < 10; round++)
        {
            var path = _folder.File($"{round}.db");
            if (fileExists)
            {
                await JournalRuns.RunAsync([1, 2, 3], JournalRuns.Options(path));
            }

            using var start = new Barrier(4);
            var opening = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    JournalFile.OpenToWrite(path, JournalFile.BusyTimeout, [.. JournalSchema.Steps, Next]).Dispose();
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
            await Task.WhenAll(opening);
            Assert.Equal(fileExists ? ["3"] : ["0"], JournalRuns.Query(path, "SELECT count(*) FROM items"));
            Assert.Equal([$"{JournalSchema.Steps.Count + 1}"], JournalRuns.Query(path, "PRAGMA user_version"));
        }
    }

    private SqliteConnection Open(IReadOnlyList<string> steps) => JournalFile.OpenToWrite(Path, JournalFile.BusyTimeout, steps);
}
