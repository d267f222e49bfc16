using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

public sealed class JournalReaderOfLiveRunTests : IDisposable
{
    private const int Items = 20_000;

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Items_WhileTheRunWrites_ComeInOrderAndNoLogIsLeft()
    {
        var options = new BatchOptions { BatchName = "numbers", ThrottleLimit = 8, Journal = JournalRuns.Options(Path) };
        var output = new string('x', 1000);
        var run = new BatchRun<int, string>(options);
        TaskExecutor<int, string>.Attach(run, _ => new(output));
        var passes = 0;
        var reading = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(
            () =>
            {
                using var reader = new JournalReader(Path);
                while (!run.Summary.Ended)
                {
                    var journaled = Assert.Single(reader.Runs());
                    var last = -1L;
                    foreach (var item in reader.Items(journaled))
                    {
                        Assert.True(item.Index > last, $"{item.Index} came after {last}.");
                        last = item.Index;
                        Assert.True(item.Status != nameof(ItemStatus.Succeeded) || item.Output is not null);
                    }

                    Interlocked.Increment(ref passes);
                }
            },
            TestContext.Current.CancellationToken)));

        var results = 0;
        await foreach (var result in Batch.StreamAsync(run, Enumerable.Range(0, Items), static item => new ItemTraits { Key = item }))
        {
            results++;
        }

        await reading.Within();
        Assert.Equal(Items, results);
        Assert.True(passes > 1, "Nobody read while the run wrote.");
        Assert.False(File.Exists(Path + "-wal"));
        Assert.False(File.Exists(Path + "-shm"));
        Assert.Equal(["ok"], JournalRuns.Query(Path, "PRAGMA quick_check"));
    }

    [Fact]
    public async Task Log_AfterAReaderHeldItForLong_IsEmptiedAgain()
    {
        const long Large = 16 << 20;
        var output = new string('x', 4000);
        var run = new BatchRun<int, string>(new BatchOptions { BatchName = "numbers", ThrottleLimit = 8, Journal = JournalRuns.Options(Path) });
        TaskExecutor<int, string>.Attach(run, _ => new(output));
        using var reader = JournalFile.OpenToRead(Path);
        reader.Execute("BEGIN");
        _ = reader.Scalar<long>("SELECT count(*) FROM items");
        var held = 0L;
        var after = long.MaxValue;
        await foreach (var result in Batch.StreamAsync(run, Enumerable.Range(0, Items), static item => new ItemTraits { Key = item }))
        {
            var length = new FileInfo(Path + "-wal").Length;
            if (held >= Large)
            {
                after = Math.Min(after, length);
                continue;
            }

            held = Math.Max(held, length);
            if (held >= Large)
            {
                reader.Execute("COMMIT");
            }
        }

        Assert.True(held >= Large, $"The log was {held} bytes long while a reader held it.");
        Assert.True(after < Large / 2, $"The log was never shorter than {after} bytes afterwards.");
    }

    [Fact]
    public async Task Runs_OneAtWork_CountsWhatItHasSoFar()
    {
        using var peer = Peer.Start($"journal={Path}", "items=3", "throttle=2", "hold=1");
        await peer.WaitForAsync("inside");
        await peer.WaitForAsync("inside");
        peer.Release();
        await peer.WaitForAsync("ack");

        using var reader = new JournalReader(Path);
        var run = Assert.Single(reader.Runs("numbers"));
        Assert.Equal(("Running", 1L), (run.Status, run.Succeeded));
        Assert.Null(run.EndTime);
        Assert.Empty(reader.Runs("other"));
        Assert.Single(reader.Items(run, ["succeeded"]));

        // That an item waits or runs is written when it has done so for a while.
        HangGuard.Until(() => reader.Runs()[0] is { Items: 3, Succeeded: 1 }, "all items that were read are counted");
    }

    [Fact]
    public void Open_NoFile_SaysSoAndMakesNone()
    {
        var error = Assert.Throws<JournalException>(() => new JournalReader(Path).Dispose());
        Assert.Equal(JournalFault.NotFound, error.Fault);
        Assert.False(File.Exists(Path));
    }
}
