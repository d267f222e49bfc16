using System.Globalization;
using BatchOps.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Engine.Tests;

/// <summary>What a resume runs and what it takes from the journal, after every way in which a run can end.</summary>
public sealed class JournalResumeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    private JournalOptions Resume => JournalRuns.Options(Path) with { Resume = true };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resume_AfterAResumeThatSkipped_HasTheResultsStill()
    {
        await JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path));
        await JournalRuns.RunAsync([1, 2], Resume with { SkipCompleted = true });
        await JournalRuns.RunAsync([1, 2], Resume with { SkipCompleted = true, Content = JournalContent.Keys });
        var executed = 0;
        var results = await JournalRuns.RunAsync([1, 2], Resume, lease => Interlocked.Increment(ref executed));

        Assert.Equal(0, executed);
        Assert.Equal([10, 20], results.OrderBy(static r => r.Index).Select(static r => r.Output));
    }

    [Fact]
    public async Task Cancel_AttemptThatSucceedsWithinTheGrace_IsKeptAndEmittedByTheResume()
    {
        using var inside = new SemaphoreSlim(0);
        using var canceled = new SemaphoreSlim(0);
        var run = new BatchRun<int, int>(new BatchOptions { BatchName = "numbers", ThrottleLimit = 1, GracePeriod = HangGuard.Limit, Journal = JournalRuns.Options(Path) });
        ThreadExecutor<int, int>.Attach(run, lease =>
        {
            inside.Release();
            canceled.Wait();
            return lease.Input * 10;
        });
        Assert.True(run.TryPost(1, new ItemTraits { Key = 1 }));
        Assert.True(run.TryPost(2, new ItemTraits { Key = 2 }));
        await inside.WaitAsync(TestContext.Current.CancellationToken);
        run.Cancel();
        canceled.Release();
        while (await run.WaitForResultAsync().Within())
        {
            run.TakeResults(new List<ItemResult<int, int>>());
        }

        Assert.Equal(["1|Succeeded", "2|Canceled"], JournalRuns.Query(Path, "SELECT key, status FROM items ORDER BY id"));
        Assert.Equal(["Canceled|Canceled|1|1"], JournalRuns.Query(Path, "SELECT status, reason, succeeded, canceled FROM runs"));
        Assert.Equal([(1, 10, true), (2, 20, false)], await OutcomesAsync([1, 2]));
    }

    [Fact]
    public async Task StopAbove_WhatWasSkipped_RunsOnTheNextResume()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 200), JournalRuns.Options(Path), static lease => throw new InvalidOperationException("no"), static o => o with { StopAbove = 0.5 });
        Assert.NotEmpty(JournalRuns.Query(Path, "SELECT * FROM items WHERE status = 'Skipped' AND reason = 'StopAbove'"));
        Assert.Equal(["Stopped|StopAbove"], JournalRuns.Query(Path, "SELECT status, reason FROM runs"));

        var results = await OutcomesAsync(Enumerable.Range(0, 200));
        Assert.Equal(Enumerable.Range(0, 200).Select(static i => (i, i * 10, false)), results);
    }

    [Fact]
    public async Task Deadline_WhatTimedOutOrNeverStarted_RunsOnTheNextResume()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await JournalRuns.RunAsync(
            Enumerable.Range(0, 50),
            JournalRuns.Options(Path),
            lease =>
            {
                if (lease.Input == 10)
                {
                    time.Advance(TimeSpan.FromSeconds(5));
                    lease.CancellationToken.WaitHandle.WaitOne(HangGuard.Limit);
                    lease.CancellationToken.ThrowIfCancellationRequested();
                }

                return lease.Input * 10;
            },
            o => o with { RunTimeout = TimeSpan.FromSeconds(5), TimeProvider = time, ThrottleLimit = 1 }).Within();
        Assert.Equal(["10|TimedOut"], JournalRuns.Query(Path, "SELECT key, status FROM items WHERE status = 'TimedOut'"));

        Assert.Equal(Enumerable.Range(0, 50).Select(static i => (i, i * 10, i < 10)), await OutcomesAsync(Enumerable.Range(0, 50)));
    }

    [Fact]
    public async Task Budget_WhatWasSkipped_RunsOnAResumeWithMore()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 50), JournalRuns.Options(Path), configure: static o => o with { UsageLimit = 20 });
        Assert.Equal(["30"], JournalRuns.Query(Path, "SELECT count(*) FROM items WHERE status = 'Skipped' AND reason = 'Budget'"));

        var results = await OutcomesAsync(Enumerable.Range(0, 50), static o => o with { UsageLimit = 50 });
        Assert.Equal(20, results.Count(static r => r.Resumed));
        Assert.All(results, static r => Assert.Equal(r.Input * 10, r.Output));
    }

    [Fact]
    public async Task Retried_ItemThatSucceedsLater_IsStoredOnce()
    {
        await JournalRuns.RunAsync(
            Enumerable.Range(0, 20),
            JournalRuns.Options(Path),
            static lease => lease.Attempt < 3 ? throw new TimeoutException("slow") : lease.Input * 10,
            static o => o with { Retry = new RetryOptions { Count = 2, Delay = TimeSpan.FromMilliseconds(1) } });

        Assert.Equal(["20|60"], JournalRuns.Query(Path, "SELECT count(*), sum(attempts) FROM items WHERE status = 'Succeeded'"));
        Assert.All(await OutcomesAsync(Enumerable.Range(0, 20)), static r => Assert.True(r.Resumed));
    }

    /// <summary>Random batches against a model: what is stored, what runs, and what comes out.</summary>
    [Fact]
    public async Task Resume_RandomInputsAndFailures_RunsWhatIsNotStoredAndNothingElse()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var path = _folder.File($"{round}.db");
            var stored = new Dictionary<(int Key, int Occurrence), int>();
            var identities = new Dictionary<(int, int), string>();
            var input = Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(12)).ToList();
            for (var life = 0; life < 4; life++)
            {
                input = Change(input, random);
                var names = Occurrences(input);
                var failing = names.Where(_ => random.Next(3) == 0).ToHashSet();
                var executed = new List<(int Key, int Occurrence)>();
                var value = (round * 10) + life;
                var ordered = random.Next(2) == 0;
                var results = await JournalRuns.RunAsync(
                    input,
                    JournalRuns.Options(path) with { Resume = true },
                    lease =>
                    {
                        var name = names[(int)lease.Index];
                        lock (executed)
                        {
                            executed.Add(name);
                        }

                        return failing.Contains(name) ? throw new InvalidOperationException("no") : value;
                    },
                    o => o with { Ordered = ordered, ThrottleLimit = random.Next(1, 6) });

                var because = $"seed {seed}, round {round}, life {life}";
                Assert.True(names.Where(n => !stored.ContainsKey(n)).Order().SequenceEqual(executed.Order()), because);
                foreach (var group in names.GroupBy(static n => n.Key))
                {
                    // n equal inputs with m stored successes: n - m run.
                    var n = group.Count();
                    var m = group.Count(stored.ContainsKey);
                    Assert.True(executed.Count(e => e.Key == group.Key) == n - m, because);
                }

                foreach (var name in executed.Where(e => !failing.Contains(e)))
                {
                    stored.Add(name, value);
                }

                Assert.True(!ordered || results.Select(static r => r.Index).SequenceEqual(Enumerable.Range(0, input.Count).Select(static i => (long)i)), because);
                Assert.All(results, r => Assert.Equal(stored.TryGetValue(names[(int)r.Index], out var output) ? (ItemStatus.Succeeded, output) : (ItemStatus.Failed, 0), (r.Status, r.Output)));

                var rows = JournalRuns.Query(path, "SELECT idx, key, occurrence, status, identity FROM items WHERE run_id = (SELECT max(id) FROM runs) ORDER BY id").ConvertAll(static row => row.Split('|'));
                Assert.Equal(names.Count, rows.Count);
                for (var i = 0; i < rows.Count; i++)
                {
                    var name = (int.Parse(rows[i][1], CultureInfo.InvariantCulture), int.Parse(rows[i][2], CultureInfo.InvariantCulture));
                    Assert.Equal((i.ToString(CultureInfo.InvariantCulture), names[i]), (rows[i][0], name));
                    Assert.Equal(stored.ContainsKey(name) ? "Succeeded" : "Failed", rows[i][3]);
                    Assert.Equal(identities.GetValueOrDefault(name, rows[i][4]), rows[i][4]);
                    identities[name] = rows[i][4];
                }
            }

            Assert.Equal(identities.Count, identities.Values.Distinct(StringComparer.Ordinal).Count());
        }
    }

    private static List<int> Change(List<int> input, Random random) => random.Next(4) switch
    {
        0 => [.. input.OrderBy(_ => random.Next())],
        1 => [.. input, .. Enumerable.Range(0, random.Next(10)).Select(_ => random.Next(12))],
        2 => input[..random.Next(1, input.Count + 1)],
        _ => input,
    };

    private static List<(int Key, int Occurrence)> Occurrences(List<int> input)
    {
        var seen = new Dictionary<int, int>();
        return input.ConvertAll(key => (key, (seen[key] = seen.GetValueOrDefault(key, -1) + 1)));
    }

    private async Task<List<(int Input, int Output, bool Resumed)>> OutcomesAsync(IEnumerable<int> items, Func<BatchOptions, BatchOptions>? configure = null) =>
        [.. (await JournalRuns.RunAsync(items, Resume, configure: configure).Within()).OrderBy(static r => r.Index).Select(static r => (r.Input, r.Output, r.Resumed))];
}
