using System.Globalization;

namespace BatchOps.Engine.Tests;

/// <summary>
/// A run that is killed again and again, each time at a random moment, and resumed: what it acknowledged is in the
/// journal, and what succeeded is not done again. Two hundred kills over the three classes, which run side by side.
/// </summary>
public abstract class JournalCrash(ITestOutputHelper output)
{
    private readonly Random _random = new(Environment.TickCount);

    /// <summary>Kills and resumes so often; a batch that gets to its end is followed by a new one.</summary>
    private protected async Task KillAsync(int kills, string[] arguments, Action<CrashHistory>? end = null)
    {
        var killed = 0;
        var batches = 0;
        var acknowledged = 0;
        var repeated = 0;
        var open = 0;
        while (killed < kills)
        {
            using var folder = new TempFolder();
            var history = new CrashHistory(folder);
            batches++;
            while (true)
            {
                // The last batch is run to its end.
                var finished = await LiveAsync(history, arguments, kill: killed < kills);
                killed += finished ? 0 : 1;
                if (finished)
                {
                    break;
                }
            }

            acknowledged += history.Acknowledged.Count;
            repeated += history.Repeated;
            open += history.MostOpen;
            end?.Invoke(history);
        }

        output.WriteLine($"{killed} kills over {batches} batches: {acknowledged} outcomes acknowledged, {repeated} executions repeated (most open at one kill, summed over batches: {open})");
    }

    private async Task<bool> LiveAsync(CrashHistory history, string[] arguments, bool kill)
    {
        using var peer = Peer.Start([$"journal={history.Journal}", $"log={history.Log}", "resume=1", .. arguments]);
        await peer.WaitForAsync("ready");
        if (kill)
        {
            // One time it dies while it opens the journal, or soon after, the other time at work, however slow the machine.
            if (_random.Next(2) == 0)
            {
                await peer.WaitForAsync("open");
            }

            // The clock only picks the moment of the kill, which is to be a random one; nothing is waited for.
            var ended = peer.RestAsync();
            await Task.WhenAny(ended, Task.Delay(_random.Next(50, 500), TestContext.Current.CancellationToken));
            if (!ended.IsCompleted)
            {
                peer.Kill();
            }

            return history.Note(await ended);
        }

        return history.Note(await peer.RestAsync());
    }
}

/// <summary>What is known of a batch over the lives of its processes.</summary>
internal sealed class CrashHistory(TempFolder folder)
{
    private readonly HashSet<string> _stored = [];
    private HashSet<string> _executed = [];
    private int _lives;
    private int _logged;

    public string Journal { get; } = folder.File("run.db");

    public string Log { get; } = folder.File("executions.log");

    /// <summary>Items whose success a process was handed.</summary>
    public HashSet<string> Acknowledged { get; } = [];

    /// <summary>Every execution, in order.</summary>
    public List<string> Executions { get; } = [];

    public int Repeated { get; private set; }

    /// <summary>Most items that had been started and were not in the journal when the process died.</summary>
    public int MostOpen { get; private set; }

    /// <summary>Takes in what a process did before it died or ended, and checks it against the journal. True when the batch is done.</summary>
    public bool Note(List<string> printed)
    {
        Assert.DoesNotContain(printed, static line => line.StartsWith("fault", StringComparison.Ordinal));
        var lines = File.Exists(Log) ? File.ReadAllLines(Log) : [];
        var done = lines.Skip(_logged).ToList();
        _logged = lines.Length;
        Assert.DoesNotContain(done, static line => line.StartsWith("wrong", StringComparison.Ordinal));

        var executed = done.Where(static l => l.StartsWith("exec", StringComparison.Ordinal)).Select(static l => l.Split(' ')[1]).ToList();
        Assert.Equal(executed.Distinct().Count(), executed.Count);
        Assert.Empty(executed.Intersect(_stored));

        var repeated = executed.Count(_executed.Contains);
        Repeated += repeated;
        Executions.AddRange(executed);
        _executed = [.. _executed, .. executed];

        // The files as the process left them: whoever opens the journal itself would recover it before the next process does.
        var copy = folder.File($"{_lives++}.db");
        foreach (var suffix in new[] { string.Empty, "-wal" })
        {
            if (File.Exists(Journal + suffix))
            {
                File.Copy(Journal + suffix, copy + suffix);
            }
        }

        if (File.Exists(copy) && JournalRuns.Query(copy, "SELECT name FROM sqlite_schema WHERE name = 'items'").Count > 0)
        {
            var succeeded = JournalRuns.Query(copy, "SELECT key, output FROM items WHERE status = 'Succeeded'").Select(static row => row.Split('|')).ToList();
            Assert.All(succeeded, static row => Assert.Equal(int.Parse(row[0], CultureInfo.InvariantCulture) * 10, int.Parse(row[1].Trim('"'), CultureInfo.InvariantCulture)));
            _stored.UnionWith(succeeded.Select(static row => row[0]));
        }

        MostOpen = Math.Max(MostOpen, executed.Count(e => !_stored.Contains(e)));
        foreach (var line in printed.Where(static l => l.StartsWith("ack", StringComparison.Ordinal)))
        {
            var parts = line.Split(' ');
            if (parts[2] == nameof(ItemStatus.Succeeded))
            {
                Assert.Contains(parts[1], _stored);
                Assert.Equal(int.Parse(parts[1], CultureInfo.InvariantCulture) * 10, int.Parse(parts[4], CultureInfo.InvariantCulture));
                Acknowledged.Add(parts[1]);
            }
        }

        return printed.Exists(static line => line.StartsWith("end", StringComparison.Ordinal));
    }
}

public sealed class JournalCrashTests(ITestOutputHelper output) : JournalCrash(output)
{
    [Fact]
    public Task Killed_AgainAndAgain_LosesAndRepeatsNothingThatWasAcknowledged() =>
        KillAsync(70, ["items=1500", "throttle=16"], static history =>
        {
            Assert.Equal(1500, history.Acknowledged.Count);
            Assert.Equal(["1500|1500"], JournalRuns.Query(history.Journal, "SELECT count(DISTINCT key), count(DISTINCT identity) FROM items WHERE status = 'Succeeded'"));

            // Of each item one success was made, all others were taken from it.
            Assert.Equal(["1500|1500"], JournalRuns.Query(history.Journal, "SELECT count(*), count(DISTINCT key) FROM items WHERE status = 'Succeeded' AND from_cache = 0"));
            Assert.Equal(1500 + history.Repeated, history.Executions.Count);
            Assert.Equal(["0"], JournalRuns.Query(history.Journal, "SELECT count(*) FROM batches WHERE owner IS NOT NULL"));
        });
}

public sealed class JournalCrashUsageTests(ITestOutputHelper output) : JournalCrash(output)
{
    private const int Limit = 600;

    [Fact]
    public Task Killed_WithAUsageLimit_SpendsNeitherMoreNorLess() =>
        KillAsync(65, ["items=1000", "throttle=16", $"usage={Limit}"], static history =>
        {
            // An item that a killed process had started keeps its unit until it runs again, so no more items ever start.
            Assert.Equal(Limit, history.Executions.Distinct().Count());
            Assert.Equal(Limit, history.Acknowledged.Count);
            Assert.Equal([$"{Limit}"], JournalRuns.Query(history.Journal, "SELECT total(usage) FROM items"));
            Assert.Equal([$"{Limit}"], JournalRuns.Query(history.Journal, "SELECT total(usage) FROM items WHERE status = 'Succeeded' AND from_cache = 0"));
        });
}

public sealed class JournalCrashStepTests(ITestOutputHelper output) : JournalCrash(output)
{
    [Fact]
    public Task Killed_InItemsWithSteps_PaysNoStoredStepAgain() =>
        KillAsync(65, ["items=400", "throttle=16", "steps=3"], static history =>
        {
            var stored = new HashSet<string>(StringComparer.Ordinal);
            foreach (var line in File.ReadLines(history.Log))
            {
                var (what, step) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
                if (what == "paid")
                {
                    Assert.DoesNotContain(step, stored);
                }
                else if (what == "stored")
                {
                    stored.Add(step);
                }
            }

            Assert.Equal(400, history.Acknowledged.Count);
            Assert.Equal(["1200"], JournalRuns.Query(history.Journal, "SELECT count(*) FROM steps"));
        });
}
