using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BatchOps.Broker;
using BatchOps.BrokerPeer;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace Benchmarks;

/// <summary>Runs on workers of a broker on this machine: what they cost against the engine alone, how they scale, what they hold.</summary>
internal sealed class WorkersTable : IAsyncDisposable
{
    private const int Repeats = 3;

    private readonly LocalBroker _broker;
    private readonly PeerSettings _settings;
    private readonly TextWriter _writer;
    private readonly List<Process> _workers = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchops-bench-");

    private WorkersTable(LocalBroker broker, TextWriter writer)
    {
        _broker = broker;
        _writer = writer;
        _settings = new PeerSettings
        {
            Address = broker.Address,
            UserName = broker.UserName,
            Password = broker.Password,
            SigningKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)),
            ThrottleLimit = 0,
            TellsConnected = true,
        };
    }

    /// <summary>Measures; <paramref name="only"/> names one of overhead, scaling, many.</summary>
    public static async Task WriteAsync(TextWriter writer, string? only, int many)
    {
        if (LocalBroker.Missing is { } why)
        {
            await writer.WriteLineAsync(why);
            return;
        }

        await using var broker = await LocalBroker.StartNewAsync(CancellationToken.None);
        await using var table = new WorkersTable(broker, writer);
        await using (var connection = await BrokerConnection.OpenAsync(table._settings.Broker, CancellationToken.None))
        {
            await Topology.InstallAsync(connection, new TopologyOptions { Partitions = 8, ResultQueues = 2 }, CancellationToken.None);
        }

        if (only is null or "overhead")
        {
            await table.WriteOverheadAsync();
        }

        if (only is null or "scaling")
        {
            await table.WriteScalingAsync();
        }

        if (only is null or "many")
        {
            await table.WriteManyAsync(many);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopWorkersAsync();
        _folder.Delete(recursive: true);
    }

    private async Task WriteOverheadAsync()
    {
        await StartWorkersAsync(1, throttleLimit: 8);
        foreach (var (milliseconds, count) in new[] { (0, 10_000), (10, 4_000), (100, 800) })
        {
            var local = new List<double>();
            var remote = new List<double>();
            for (var i = 0; i <= Repeats; i++)
            {
                local.Add(await LocalAsync(count, milliseconds));
                remote.Add(await RemoteAsync(count, milliseconds, throttleLimit: 16));
            }

            // The first of each only warms up.
            var (here, there) = (Median(local[1..]), Median(remote[1..]));
            await _writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count:N0} items of {milliseconds} ms, 8 at once: engine {here:0.00} s, one worker {there:0.00} s: {(there - here) / count * 1e6:0} us more an item, {there / here:0.00} times"));
        }

        await StopWorkersAsync();
    }

    private async Task WriteScalingAsync()
    {
        foreach (var readAhead in new int?[] { null, 0 })
        {
            var one = new List<double>();
            var four = new List<double>();
            for (var i = 0; i < Repeats; i++)
            {
                one.Add(await ScaledAsync(1, readAhead));
                four.Add(await ScaledAsync(4, readAhead));
            }

            await _writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"4,000 items of 100 ms, {readAhead?.ToString(CultureInfo.InvariantCulture) ?? "as many as is worth while"} taken ahead: 1 worker of 25 {Median(one):0.00} s, 4 workers {Median(four):0.00} s: {Median(one) / Median(four):0.00} times"));
        }
    }

    private async Task<double> ScaledAsync(int workers, int? readAhead)
    {
        await StartWorkersAsync(workers, throttleLimit: 25, readAhead);

        // Workers live long: what a process compiles first is not what they cost.
        await RemoteAsync(workers * 200, 10, throttleLimit: 1000);
        var seconds = await RemoteAsync(4_000, 100, throttleLimit: 1000);
        await StopWorkersAsync();
        return seconds;
    }

    private async Task WriteManyAsync(int count)
    {
        await StartWorkersAsync(1, throttleLimit: 32);
        var samples = new List<(int Done, double Submitter, double Worker)>();
        var seconds = await RemoteAsync(count, 0, throttleLimit: 1000, done =>
        {
            if (done % (count / 10) == 0)
            {
                samples.Add((done, WorkingSetOf(Process.GetCurrentProcess()), WorkingSetOf(_workers[0])));
            }
        });
        await _writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count:N0} tiny items in {seconds:0} s, {count / seconds:0} a second"));
        foreach (var (done, submitter, worker) in samples)
        {
            await _writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  after {done:N0}: submitter {submitter:0} MB, worker {worker:0} MB"));
        }

        await StopWorkersAsync();
    }

    private static double WorkingSetOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1048576.0;
    }

    private async Task<double> LocalAsync(int count, int milliseconds)
    {
        var run = new BatchRun<string, string>(Options(throttleLimit: 8));
        TaskExecutor<string, string>.Attach(run, async lease =>
        {
            if (milliseconds > 0)
            {
                await Task.Delay(milliseconds, lease.CancellationToken);
            }

            return lease.Input;
        });
        return await DrainAsync(run, count, onResult: null);
    }

    private async Task<double> RemoteAsync(int count, int milliseconds, int throttleLimit, Action<int>? onResult = null)
    {
        await using var submitter = await BrokerSubmitter.OpenAsync(new SubmitterOptions { Broker = _settings.Broker, Signer = _settings.Signer });
        var run = new BatchRun<string, string>(Options(throttleLimit) with { Remote = true });
        submitter.Attach(run, milliseconds == 0 ? new TextCodec("echo") : new TextCodec("wait", milliseconds.ToString(CultureInfo.InvariantCulture)));
        return await DrainAsync(run, count, onResult);
    }

    // Both journalled, as a run on workers always is.
    private BatchOptions Options(int throttleLimit) => new()
    {
        ThrottleLimit = throttleLimit,
        BatchName = "bench",
        Journal = new JournalOptions { Path = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N")), OperationHash = "bench", Content = JournalContent.Keys },
    };

    private static async Task<double> DrainAsync(BatchRun<string, string> run, int count, Action<int>? onResult)
    {
        var begun = Stopwatch.GetTimestamp();
        var items = Enumerable.Range(0, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));
        var done = 0;
        await foreach (var result in Batch.StreamAsync(run, items, static item => new ItemTraits { Key = item }))
        {
            if (result.Status != ItemStatus.Succeeded)
            {
                throw new InvalidOperationException($"Item {result.Index} ended as {result.Status}: {result.Error?.Message}");
            }

            onResult?.Invoke(++done);
        }

        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private async Task StartWorkersAsync(int count, int throttleLimit, int? readAhead = null)
    {
        for (var i = 0; i < count; i++)
        {
            var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
            start.ArgumentList.Add(typeof(PeerSettings).Assembly.Location);
            var worker = Process.Start(start)!;
            await worker.StandardInput.WriteLineAsync(JsonSerializer.Serialize(_settings with { ThrottleLimit = throttleLimit, ReadAhead = readAhead }));
            await worker.StandardInput.FlushAsync();
            _workers.Add(worker);
        }

        // Workers that are being started would be measured with the rest.
        foreach (var worker in _workers)
        {
            while (await worker.StandardOutput.ReadLineAsync() is not "connected")
            {
            }
        }
    }

    private async Task StopWorkersAsync()
    {
        foreach (var worker in _workers)
        {
            worker.StandardInput.Close();
            await worker.WaitForExitAsync();
            worker.Dispose();
        }

        _workers.Clear();
    }

    private static double Median(IReadOnlyList<double> values) => values.Order().ElementAt(values.Count / 2);
}
