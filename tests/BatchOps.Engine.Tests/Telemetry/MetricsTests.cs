using System.Diagnostics.Metrics;
using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Telemetry;

[Collection(nameof(Recorder))]
public sealed class MetricsTests : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly Simulation _simulation = new();

    private BatchOptions Options => new()
    {
        Random = new FixedRandom(1),
        Telemetry = _recorder.Names,
        ThrottleLimit = 2,
        Retry = new RetryOptions { Count = 2, Delay = TimeSpan.FromSeconds(4) },
    };

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public void Run_WithRetries_IsMeasured()
    {
        var run = _simulation.Start(Options, 4, a => a switch
        {
            { Index: 0, Number: 1 } => Plan.Failure(Failures.Transient(), 2),
            { Index: 1, Number: 1 } => Plan.Failure(Failures.Throttled(), 2),
            { Index: 2 } => Plan.Failure(Failures.OfItem(), 2),
            { Index: 3 } => Plan.Failure(Failures.Transient(), 2),
            _ => Plan.Success(2),
        });
        _simulation.RunToEnd();
        Assert.False(run.Run.WaitForResult(TimeSpan.Zero));

        Assert.Equal(
            new Dictionary<string, double>
            {
                ["batchops.item.status=succeeded"] = 2,
                ["batchops.item.status=failed,error.type=System.InvalidOperationException"] = 1,
                ["batchops.item.status=failed,error.type=503"] = 1,
            }.ToDictionary(Sorted, static p => p.Value),
            _recorder.Read("batchops.items"));
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["batchops.attempt.outcome=success"] = 2,
                ["batchops.attempt.outcome=transient"] = 4,
                ["batchops.attempt.outcome=throttled"] = 1,
                ["batchops.attempt.outcome=item_fault"] = 1,
            },
            _recorder.Read("batchops.attempts"));
        Assert.Equal(new Dictionary<string, double> { [""] = 1 }, _recorder.Read("batchops.rate_limit.hits"));

        // Seconds of work: two attempts of 2 s each for the items that succeeded.
        Assert.Equal(8, _recorder.Read("batchops.item.duration")["batchops.item.status=succeeded"]);
        Assert.Equal(run.Results.Where(r => r.Status == ItemStatus.Succeeded).Sum(r => r.Waited.TotalSeconds), _recorder.Read("batchops.item.wait")["batchops.item.status=succeeded"]);
        Assert.Equal("s", _recorder.UnitOf("batchops.item.duration"));
        Assert.Equal("{item}", _recorder.UnitOf("batchops.items"));
    }

    [Fact]
    public void LiveRun_ShowsWhatIsInFlightAndItsLimit_AndNoLongerWhenItHasEnded()
    {
        var run = _simulation.Start(Options, 5, a => a is { Index: 0, Number: 1 } ? Plan.Failure(Failures.Transient(), 1) : Plan.Success(10));
        _simulation.RunUntil(2);
        Assert.Equal((2, 1), (run.Summary.Running, run.Summary.Retrying));
        Assert.Equal(2, _recorder.Read("batchops.in_flight")[""]);
        Assert.Equal(1, _recorder.Read("batchops.retrying")[""]);
        Assert.Equal(2, _recorder.Read("batchops.limit")[""]);

        _simulation.RunToEnd();
        using var fresh = new MeterListener();
        var heard = 0;
        fresh.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "batchops.limit")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        fresh.SetMeasurementEventCallback<int>((_, _, tags, _) => heard += tags.Contains(new(BatchTelemetry.BatchTag, _recorder.Batch)) ? 1 : 0);
        fresh.Start();
        fresh.RecordObservableInstruments();
        Assert.Equal(0, heard);
    }

    [Fact]
    public void TwoRunsOfOneName_AreOneSeries()
    {
        var options = Options with { ThrottleLimit = 3 };
        _simulation.Start(options, 2, _ => Plan.Success(10));
        _simulation.Start(options, 2, _ => Plan.Success(10));
        _simulation.RunUntil(1);
        Assert.Equal(4, _recorder.Read("batchops.in_flight")[""]);
        Assert.Equal(6, _recorder.Read("batchops.limit")[""]);
        _simulation.RunToEnd();
    }

    [Fact]
    public void Breaker_Opens_IsCounted()
    {
        _simulation.Start(
            Options with { ThrottleLimit = 1, ThrottleOptions = new ThrottleOptions { BreakAfter = 2, BreakDuration = TimeSpan.FromSeconds(30) }, Retry = new() },
            4,
            a => a.Index < 2 ? Plan.Failure(Failures.Transient()) : Plan.Success());
        _simulation.RunToEnd();
        Assert.Equal(1, _recorder.Read("batchops.breaker.trips")[""]);
    }

    [Fact]
    public void Follower_IsACacheHit_AndHasNoDuration()
    {
        var run = _simulation.Start(Options with { Deduplicate = true }, _ => Plan.Success(5));
        for (var i = 0; i < 3; i++)
        {
            run.Offer(i, new ItemTraits { Key = "same" });
        }

        run.EndOffers();
        _simulation.RunToEnd();
        Assert.Equal(2, _recorder.Read("batchops.cache.hits")[""]);
        Assert.Equal(3, _recorder.Read("batchops.items")["batchops.item.status=succeeded"]);
        Assert.Equal(5, _recorder.Read("batchops.item.duration")["batchops.item.status=succeeded"]);
    }

    [Fact]
    public void AbandonedAndSkippedItems_AreCounted()
    {
        _simulation.Start(
            Options with { ThrottleLimit = 1, AttemptTimeout = TimeSpan.FromSeconds(1), RunTimeout = TimeSpan.FromSeconds(20), Retry = new() },
            3,
            a => a.Index == 0 ? Plan.Success(60) with { SecondsAfterStop = null } : Plan.Success());
        _simulation.RunToEnd();
        var items = _recorder.Read("batchops.items");
        Assert.Equal(1, items["batchops.item.status=timed_out,error.type=timeout"]);
        Assert.Equal(2, items["batchops.item.status=skipped"]);
    }

    [Fact]
    public async Task Listener_ThatThrows_HarmsNothing()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument.Meter.Name == BatchTelemetry.Name)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException("of the listener"));
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException("of the listener"));
        listener.Start();
        Assert.Equal(100, await CountAsync(Options with { Random = Random.Shared }));
    }

    [Fact]
    public async Task Listener_ThatIsSlow_OrAsksTheRun_RunsOutsideTheLock()
    {
        BatchRun<int, int>? run = null;
        var held = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument.Meter.Name == BatchTelemetry.Name)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (run is { } asked && (Monitor.IsEntered(asked.Sync) || asked.HasCredit && asked.Throttle.GateRemaining > TimeSpan.Zero))
            {
                Interlocked.Increment(ref held);
            }
        });
        listener.Start();
        run = new BatchRun<int, int>(new BatchOptions { ThrottleLimit = 4, Telemetry = _recorder.Names });
        TaskExecutor<int, int>.Attach(run, static async lease =>
        {
            await Task.Yield();
            return lease.Input;
        });
        var count = 0;
        await foreach (var _ in Batch.StreamAsync(run, Enumerable.Range(0, 500), cancellationToken: TestContext.Current.CancellationToken))
        {
            count++;
        }

        Assert.Equal((500, 0), (count, held));

        // All of it was told when the stream had ended.
        Assert.Equal(500, _recorder.Read("batchops.items")["batchops.item.status=succeeded"]);
    }

    [Fact]
    public void RunThatNobodyEnds_IsNotKeptAlive()
    {
        var run = Start();
        HangGuard.Until(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !run.IsAlive;
        });

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Start() => new(new BatchRun<int, int>(new BatchOptions()));
    }

    private static async Task<int> CountAsync(BatchOptions options)
    {
        var count = 0;
        await foreach (var result in Batch.RunAsync<int, int>(Enumerable.Range(0, 100), static lease => new(lease.Input), options, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal(ItemStatus.Succeeded, result.Status);
            count++;
        }

        return count;
    }

    private static string Sorted(KeyValuePair<string, double> value) => string.Join(',', value.Key.Split(',').Order(StringComparer.Ordinal));
}
