using System.Globalization;
using System.Text;
using BatchOps.Engine.Tests.Support;
using Microsoft.Data.Sqlite;

namespace BatchOps.Engine.Tests;

/// <summary>Files that can't be used, at the start of a run and in its middle: a clear error, an end, and nothing lost that was acknowledged.</summary>
public sealed class JournalFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("run.db");

    private JournalOptions Impatient => JournalRuns.Options(Path) with { BusyTimeout = TimeSpan.FromMilliseconds(50) };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_SqliteFileOfSomethingElse_IsForeignAndLeftAlone()
    {
        JournalRuns.Query(Path, "CREATE TABLE addresses (name TEXT)");
        var before = File.ReadAllBytes(Path);

        await RefusesAsync(JournalFault.Foreign, "Name another file");
        Assert.Equal(before, File.ReadAllBytes(Path));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task Start_TextFile_IsForeignAndLeftAlone(int length)
    {
        var text = new string('x', length);
        File.WriteAllText(Path, text);

        await RefusesAsync(JournalFault.Foreign, "Name another file");
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public async Task Start_EmptyFile_IsANewJournal()
    {
        File.WriteAllText(Path, string.Empty);
        Assert.Single(await JournalRuns.RunAsync([1], JournalRuns.Options(Path) with { Resume = true }));
    }

    [Fact]
    public async Task Start_FileOfALaterVersion_IsRefused()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        JournalRuns.Query(Path, "PRAGMA user_version = 99");

        await RefusesAsync(JournalFault.Newer, "99");
        var error = Assert.Throws<JournalException>(() => new JournalReader(Path).Dispose());
        Assert.Equal(JournalFault.Newer, error.Fault);
    }

    [Fact]
    public async Task Start_MissingFolder_SaysWhichAndMakesNone()
    {
        var path = _folder.File("missing/run.db");

        await RefusesAsync(JournalFault.Inaccessible, _folder.File("missing"), JournalRuns.Options(path));
        Assert.False(Directory.Exists(_folder.File("missing")));
    }

    [Fact]
    public async Task Start_FolderAsPath_IsRefused()
    {
        Directory.CreateDirectory(Path);
        await RefusesAsync(JournalFault.Inaccessible, Path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_NoPermissionToWrite_IsRefused(bool fileExists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        if (fileExists)
        {
            await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
            Chmod(Path, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        var folder = System.IO.Path.GetDirectoryName(Path)!;
        Chmod(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        try
        {
            // Nothing is forbidden to root, so it gives its rights away.
            using var peer = Environment.UserName == "root"
                ? Peer.StartAfter("set -- setpriv --reuid=65534 --regid=65534 --clear-groups dotnet \"$@\"", run: "exec \"$@\"", $"journal={Path}")
                : Peer.Start($"journal={Path}");
            var line = await peer.WaitForAsync("fault");
            Assert.StartsWith("fault Inaccessible", line, StringComparison.Ordinal);
            Assert.Matches("permission|denied", line);
            Assert.Contains(Path, line, StringComparison.Ordinal);
        }
        finally
        {
            Chmod(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Start_Locked_SaysSo()
    {
        await JournalRuns.RunAsync([1], JournalRuns.Options(Path));
        using var holder = Lock(Path);
        await RefusesAsync(JournalFault.Locked, "locked", Impatient);
    }

    [Fact]
    public async Task Resume_DamagedPages_SaysSo()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 500), JournalRuns.Options(Path));
        Damage(Path);
        await RefusesAsync(JournalFault.Damaged, "damaged", JournalRuns.Options(Path) with { Resume = true });
    }

    [Fact]
    public async Task Resume_DamagedWhileItRuns_EndsWithTheFault()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 5000), JournalRuns.Options(Path));
        var error = await Assert.ThrowsAsync<JournalException>(() => JournalRuns.RunAsync(
            Enumerable.Range(-1, 5001),
            JournalRuns.Options(Path) with { Resume = true },
            lease =>
            {
                Damage(Path);
                return 0;
            }).Within());
        Assert.Equal(JournalFault.Damaged, error.Fault);
    }

    public static TheoryData<string, Func<BatchOptions, BatchOptions>> Ways => new()
    {
        { "plain", static o => o },
        { "ordered", static o => o with { Ordered = true } },
        { "equal items", static o => o with { Deduplicate = true } },
        { "unbounded", static o => o with { Credits = int.MaxValue } },
        { "units", static o => o with { UsageLimit = 1e9 } },
        { "few units", static o => o with { UsageLimit = 50, Ordered = true } },
        { "retries", static o => o with { Retry = new RetryOptions { Count = 3, Delay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) } } },
        { "sequential", static o => o with { Sequential = true } },
    };

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public async Task LockedInTheMiddle_EndsTheRunAndLosesNothing(string name, Func<BatchOptions, BatchOptions> configure)
    {
        _ = name;
        SqliteConnection? holder = null;
        using var locked = new ManualResetEventSlim();
        static ItemTraits InPairs(int item) => new() { Key = item / 2 };
        var acknowledged = new List<ItemResult<int, int>>();
        var options = configure(new BatchOptions { BatchName = "numbers", ThrottleLimit = 4, Journal = Impatient });
        var error = await Assert.ThrowsAsync<JournalException>(async () =>
        {
            await foreach (var result in Batch.RunAsync<int, int>(
                Enumerable.Range(0, 3000),
                lease =>
                {
                    if (lease.Index == 30)
                    {
                        holder = Lock(Path);
                        locked.Set();
                    }
                    else if (lease.Index > 30)
                    {
                        // Or the journal were never idle, and the lock never granted.
                        locked.Wait();
                    }

                    return lease.Index is 10 or 31 ? throw new TimeoutException("slow") : new(lease.Input * 10);
                },
                options,
                InPairs).WithCancellation(TestContext.Current.CancellationToken))
            {
                acknowledged.Add(result);
            }
        }).Within();
        holder!.Dispose();

        Assert.Equal(JournalFault.Locked, error.Fault);
        var stored = JournalRuns.Query(Path, "SELECT idx, status FROM items WHERE ended_at IS NOT NULL").ToHashSet(StringComparer.Ordinal);
        Assert.All(acknowledged, r => Assert.Contains($"{r.Index}|{r.Status}", stored));

        // Once it is free again the same process goes on, though the failed run could not say that it had ended.
        var resumed = await JournalRuns.RunAsync(Enumerable.Range(0, 100), Impatient with { Resume = true }, static _ => -1, null, InPairs).Within();
        Assert.All(
            acknowledged.Where(static r => r.Status == ItemStatus.Succeeded && r.Index < 100),
            r => Assert.Equal((true, r.Output), resumed.Where(again => again.Index == r.Index).Select(static again => (again.Resumed, again.Output)).Single()));
    }

    [Theory]
    [InlineData("ordered=0")]
    [InlineData("ordered=1")]
    [InlineData("usage=1000000")]
    public async Task FileTooLargeInTheMiddle_EndsTheRunAndLosesNothing(string more)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no ulimit.");

        // 1 MB or 2, as the shell counts: not a full disk, but a write that is refused. (The runtime keeps code in a file
        // of its own unless it is told not to.)
        using var peer = Peer.StartAfter("trap '' XFSZ; ulimit -f 2048; export DOTNET_EnableWriteXorExecute=0", run: "exec dotnet \"$@\"", $"journal={Path}", "items=100000", "padding=2000", more);
        var lines = await peer.RestAsync();

        Assert.StartsWith("fault Inaccessible", lines[^1], StringComparison.Ordinal);
        Assert.Contains("write", lines[^1], StringComparison.Ordinal);
        HoldsAll(Path, lines);
    }

    [Theory]
    [InlineData("ordered=0")]
    [InlineData("usage=1000000")]
    public async Task DiskFullInTheMiddle_EndsTheRunAndLosesNothing(string more)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets a test make a disk.");
        var disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        var kept = Directory.CreateDirectory(_folder.File("kept")).FullName;

        // A file system of its own, which nobody else sees and which ends with the process.
        using var peer = Peer.StartAfter(
            ":",
            run: $"unshare -rm sh -c 'mount -t tmpfs -o size=1m tmpfs {disk} || {{ echo unmounted; exit; }}; dotnet \"$@\"; cp {disk}/* {kept}' sh \"$@\"",
            $"journal={disk}/run.db",
            "items=100000",
            "padding=2000",
            more);
        var lines = await peer.RestAsync();
        Assert.SkipWhen(lines is [] or ["unmounted"], "The system does not let its users make a file system.");

        Assert.StartsWith("fault Full", lines[^1], StringComparison.Ordinal);
        Assert.Contains("-Resume", lines[^1], StringComparison.Ordinal);
        HoldsAll(kept + "/run.db", lines);
    }

    [Fact]
    public async Task Output_ThatCanNotBeEncoded_FailsItsItemOnly()
    {
        var options = new BatchOptions { BatchName = "pointers", Journal = JournalRuns.Options(Path) };
        var results = new List<ItemResult<int, object>>();
        await foreach (var result in Batch.RunAsync<int, object>([1, 2, 3], static lease => new(lease.Input == 2 ? typeof(int) : lease.Input), options, static item => new ItemTraits { Key = item }))
        {
            results.Add(result);
        }

        var failed = Assert.Single(results, static r => r.Status == ItemStatus.Failed);
        Assert.Equal(2, failed.Input);
        Assert.Contains("journalled", failed.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_WhoseMessageThrows_EndsTheRunAndNotTheProcess()
    {
        var error = await Assert.ThrowsAsync<JournalException>(() => JournalRuns.RunAsync([1, 2], JournalRuns.Options(Path), static lease => throw new SpeechlessException()).Within());
        Assert.Contains("can't be written", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_StoredByAbandonedWorkAfterTheEnd_IsRefused()
    {
        using var inside = new SemaphoreSlim(0);
        using var ended = new SemaphoreSlim(0);
        var late = new TaskCompletionSource<(Exception Store, Exception Find)>();
        var run = new BatchRun<int, int>(new BatchOptions { BatchName = "numbers", GracePeriod = TimeSpan.Zero, Journal = JournalRuns.Options(Path) });
        ThreadExecutor<int, int>.Attach(run, lease =>
        {
            inside.Release();
            ended.Wait();
            late.SetResult((Record.Exception(() => lease.StoreStep("late", new StoredValue("1", Lossy: false)))!, Record.Exception(() => lease.FindStep("late"))!));
            return 1;
        });
        run.TryPost(1, new ItemTraits { Key = 1 });
        await inside.WaitAsync();
        run.Cancel();
        while (await run.WaitForResultAsync().Within())
        {
            run.TryTakeResult(out _);
        }

        ended.Release();
        var (store, find) = await late.Task.Within();
        Assert.IsType<JournalException>(store);
        Assert.IsType<JournalException>(find);
    }

    [Fact]
    public async Task Cancel_WhileItemsStillArrive_EndsWithoutAnError()
    {
        await JournalRuns.RunAsync(Enumerable.Range(0, 200), JournalRuns.Options(Path));
        for (var i = 0; i < 20; i++)
        {
            var run = new BatchRun<int, int>(new BatchOptions { BatchName = "numbers", Journal = JournalRuns.Options(Path) with { Resume = true } });
            TaskExecutor<int, int>.Attach(run, static lease => new(lease.Input));
            var posting = Task.Run(
                () =>
                {
                    // As a caller that does not look whether the run goes on.
                    for (var item = 0; item < 200; item++)
                    {
                        run.TryPost(item, new ItemTraits { Key = item });
                    }
                },
                TestContext.Current.CancellationToken);
            run.Cancel();
            while (await run.WaitForResultAsync().Within())
            {
                run.TakeResults(new List<ItemResult<int, int>>());
            }

            await posting.Within();
            Assert.Null(run.Fault);
        }
    }

    private static void HoldsAll(string path, List<string> printed)
    {
        var acknowledged = printed.Where(static l => l.StartsWith("ack", StringComparison.Ordinal)).Select(static l => l.Split(' ')).Where(static p => p[2] == nameof(ItemStatus.Succeeded)).Select(static p => p[1]).ToList();
        Assert.NotEmpty(acknowledged);
        Assert.Empty(acknowledged.Except(JournalRuns.Query(path, "SELECT idx FROM items WHERE status = 'Succeeded'")));
        Assert.Equal(["ok"], JournalRuns.Query(path, "PRAGMA quick_check"));
    }

    private async Task RefusesAsync(JournalFault fault, string words, JournalOptions? options = null)
    {
        options ??= JournalRuns.Options(Path);
        var error = await Assert.ThrowsAsync<JournalException>(() => JournalRuns.RunAsync([1], options).Within());
        Assert.Equal(fault, error.Fault);
        Assert.Contains(words, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(options.Path, error.Message, StringComparison.Ordinal);
    }

    private static SqliteConnection Lock(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    private static void Damage(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        for (var page = 2; page < file.Length / 4096; page++)
        {
            file.Position = page * 4096L;
            file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"no page at all, this {page,50}")));
        }
    }

    private static void Chmod(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private sealed class SpeechlessException : Exception
    {
        public override string Message => throw new NotSupportedException("no words");
    }
}
