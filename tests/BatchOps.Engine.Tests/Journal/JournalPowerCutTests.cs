using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

/// <summary>
/// What a power cut would leave. A killed process proves nothing of that: the system still writes what it was given. So
/// the write-ahead log of a live run is cut where a disk may have stopped, and the file is opened as it would be afterwards.
/// </summary>
public sealed class JournalPowerCutTests : IDisposable
{
    private const int Items = 150;
    private const int LogHeader = 32;
    private const int FrameHeader = 24;

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writer_WaitsForTheDiskAtEachCommit()
    {
        using var connection = JournalFile.OpenToWrite(Path);
        Assert.Equal("wal", connection.Scalar<string>("PRAGMA journal_mode"));
        Assert.Equal(2, connection.Scalar<long>("PRAGMA synchronous"));
    }

    [Fact]
    public async Task LogCutAnywhere_HoldsAllThatWasAcknowledgedBefore()
    {
        var run = new BatchRun<int, int>(new BatchOptions { BatchName = "numbers", ThrottleLimit = 3, Journal = JournalRuns.Options(Path) });
        TaskExecutor<int, int>.Attach(run, static lease => new(lease.Input * 10));
        var baseLength = new FileInfo(Path).Length;
        var acknowledged = new List<(long LogLength, long Index)>();
        var posted = 0;
        while (acknowledged.Count < Items)
        {
            // A few at a time, so that many commits are made.
            while (posted < Items && posted - acknowledged.Count < 4)
            {
                Assert.True(run.TryPost(posted, new ItemTraits { Key = posted }));
                posted++;
            }

            Assert.True(await run.WaitForResultAsync().Within());
            while (run.TryTakeResult(out var result))
            {
                acknowledged.Add((new FileInfo(Path + "-wal").Length, result.Index));
            }
        }

        // The run is at work still: nothing was moved from the log to the file.
        var database = ReadShared(Path);
        var log = ReadShared(Path + "-wal");
        Assert.Equal(baseLength, database.Length);
        run.CompleteAdding();
        Assert.False(await run.WaitForResultAsync().Within());

        var frame = FrameHeader + ((log[8] << 24) | (log[9] << 16) | (log[10] << 8) | log[11]);
        Assert.Equal(0, (log.Length - LogHeader) % frame);
        var frames = (log.Length - LogHeader) / frame;
        Assert.True(frames > Items, $"Only {frames} frames for {Items} items.");
        var copy = _folder.File("cut.db");
        var noise = new Random(1);
        for (var kept = 0; kept <= frames; kept++)
        {
            var cut = LogHeader + (kept * frame);
            File.WriteAllBytes(copy, database);

            // Each third with half a frame that reached the disk, each other third with a frame of rubbish.
            var tail = new byte[kept == frames ? 0 : kept % 3 == 1 ? frame / 2 : kept % 3 == 2 ? frame : 0];
            if (kept % 3 == 1)
            {
                log.AsSpan(cut, tail.Length).CopyTo(tail);
            }
            else
            {
                noise.NextBytes(tail);
            }

            File.WriteAllBytes(copy + "-wal", [.. log.AsSpan(0, cut), .. tail]);
            using (var connection = JournalFile.OpenToRead(copy))
            {
                Assert.Equal("ok", connection.Scalar<string>("PRAGMA quick_check"));
                var expected = acknowledged.Count(a => a.LogLength <= cut);
                var stored = connection.Scalar<long>($"SELECT count(*) FROM items WHERE status = 'Succeeded' AND idx IN ({string.Join(',', acknowledged.Take(expected).Select(static a => a.Index))})");
                Assert.Equal(expected, stored);
                Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM items WHERE status = 'Succeeded' AND output <> key || '0' AND key <> '0'"));
            }

            File.Delete(copy + "-wal");
            File.Delete(copy + "-shm");
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
