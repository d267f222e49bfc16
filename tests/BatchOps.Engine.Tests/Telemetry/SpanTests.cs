using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BatchOps.Engine.Tests.Execution;
using BatchOps.Engine.Tests.Support;
using OpenTelemetry.Trace;

namespace BatchOps.Engine.Tests.Telemetry;

/// <summary>Spans on a real executor.</summary>
public abstract class SpanContract : IDisposable
{
    private readonly Recorder _recorder = new();
    private readonly VirtualTime _time = new();

    private BatchOptions Options => new() { TimeProvider = _time, ThrottleLimit = 2, Telemetry = _recorder.Names };

    private protected abstract void Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation);

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public async Task Run_HasASpanForEachItem_BelowItsOwn()
    {
        using var rig = Start(Options, 3, static lease => Task.FromResult($"{lease.Index}"));
        await rig.RestAsync();

        var run = _recorder.Run;
        Assert.Equal(rig.Run.Id.ToString(), run.GetTagItem("batchops.run.id"));
        Assert.Equal((3L, 3L, 0L), (run.GetTagItem("batchops.run.items"), run.GetTagItem("batchops.run.succeeded"), run.GetTagItem("batchops.run.failed")));
        Assert.Equal(ActivityStatusCode.Unset, run.Status);
        Assert.Equal([0L, 1L, 2L], _recorder.Items.Select(static s => s.GetTagItem("batchops.item.index")));
        Assert.All(_recorder.Items, item =>
        {
            Assert.Equal(run.SpanId, item.ParentSpanId);
            Assert.Equal(run.TraceId, item.TraceId);
            Assert.Equal(("succeeded", 1, "Test-It"), (item.GetTagItem("batchops.item.status"), item.GetTagItem("batchops.item.attempts"), item.GetTagItem("batchops.command")));
            Assert.Equal(ActivityStatusCode.Unset, item.Status);
            Assert.True(item.IsStopped);
        });
    }

    [Fact]
    public async Task Retries_AreEventsOfTheItemsSpan()
    {
        using var rig = Start(
            Options with { Random = new FixedRandom(1), Retry = new RetryOptions { Count = 2, Delay = TimeSpan.FromSeconds(4) } },
            1,
            static lease => lease.Attempt == 1 ? throw Failures.Transient() : Task.FromResult("ok"));
        rig.Until(() => rig.Summary.Retrying == 1);
        _time.Run(4);
        await rig.RestAsync();

        var item = Assert.Single(_recorder.Items);
        var retry = Assert.Single(item.Events);
        Assert.Equal("batchops.retry", retry.Name);
        var tags = retry.Tags.ToDictionary();
        Assert.Equal((1, "transient", "503"), (tags["batchops.attempt.number"], tags["batchops.attempt.outcome"], tags["error.type"]));
        Assert.Equal(4.0, tags["batchops.retry.delay"]);
        Assert.Equal(("succeeded", 2), (item.GetTagItem("batchops.item.status"), item.GetTagItem("batchops.item.attempts")));
        Assert.Equal(4, item.Duration.TotalSeconds);
    }

    [Fact]
    public async Task FailedItem_SaysWhyWithoutItsSecrets()
    {
        using var rig = Start(Options, 1, static _ => throw new HttpRequestException("GET https://host/?key=Canary4711 failed", inner: null, HttpStatusCode.NotFound));
        await rig.RestAsync();

        var item = Assert.Single(_recorder.Items);
        Assert.Equal((ActivityStatusCode.Error, "GET https://host/?key=<secret> failed"), (item.Status, item.StatusDescription));
        Assert.Equal(("failed", "404"), (item.GetTagItem("batchops.item.status"), item.GetTagItem("error.type")));
        var exception = Assert.Single(item.Events);
        Assert.Equal("exception", exception.Name);
        Assert.DoesNotContain(exception.Tags, static t => t.Value is string text && text.Contains("Canary", StringComparison.Ordinal));
        Assert.Equal(ActivityStatusCode.Error, _recorder.Run.Status);
    }

    [Fact]
    public async Task TimeoutOfAnAbandonedItem_EndsItsSpan()
    {
        using var hanging = new ManualResetEventSlim();
        using var rig = Start(Options with { AttemptTimeout = TimeSpan.FromSeconds(1) }, 1, async _ =>
        {
            await Task.Run(() => hanging.Wait(HangGuard.Limit));
            return "late";
        });
        rig.Until(() => rig.Summary.Running == 1);
        HangGuard.Until(() => Volatile.Read(ref _entered) == 1);
        _time.Run(5);
        await rig.RestAsync();
        hanging.Set();

        var item = Assert.Single(_recorder.Items);
        Assert.Equal(("timed_out", "timeout", "attempt_timeout"), (item.GetTagItem("batchops.item.status"), item.GetTagItem("error.type"), item.GetTagItem("batchops.item.reason")));
        Assert.Equal(2.5, item.Duration.TotalSeconds);
    }

    [Fact]
    public async Task ItemSpan_IsCurrentInEachAttempt_AndNotBetweenThem()
    {
        var current = new List<ActivitySpanId?>();
        using var rig = Start(
            Options with { ThrottleLimit = 1, Retry = new RetryOptions { Count = 1, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } },
            3,
            async lease =>
            {
                lock (current)
                {
                    current.Add(Activity.Current?.SpanId);
                }

                await Task.Yield();
                lock (current)
                {
                    current.Add(Activity.Current?.SpanId);
                }

                return lease.Attempt == 1 && lease.Index == 1 ? throw Failures.Transient() : "ok";
            });
        await rig.RestAsync();

        var items = _recorder.Items;
        Assert.Equal(
            [items[0].SpanId, items[0].SpanId, items[1].SpanId, items[1].SpanId, items[1].SpanId, items[1].SpanId, items[2].SpanId, items[2].SpanId],
            current.Select(static s => s ?? default).OrderBy(s => items.Select(static i => i.SpanId).ToList().IndexOf(s)));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task HttpCallOfAnItem_IsBelowItsSpan()
    {
        using var server = new TcpListener(IPAddress.Loopback, port: 0);
        server.Start();
        var address = $"http://{server.LocalEndpoint}/";
        var serving = Task.Run(async () =>
        {
            using var connection = await server.AcceptTcpClientAsync();
            var stream = connection.GetStream();
            await stream.ReadAtLeastAsync(new byte[16], minimumBytes: 16);
            await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray());
        });
        using var client = new HttpClient();
        using var rig = Start(Options, 1, async _ =>
        {
            using var response = await client.GetAsync(address);
            return "ok";
        });
        await rig.RestAsync();
        await serving.Within();

        var item = Assert.Single(_recorder.Items);
        Assert.Single(_recorder.All, s => s.ParentSpanId == item.SpanId && s.Kind == ActivityKind.Client);
    }

    [Fact]
    public async Task CallersSpan_IsTheParent_AndStaysCurrent()
    {
        using var source = new ActivitySource("Caller");
        using var listener = new ActivityListener { ShouldListenTo = static s => s.Name == "Caller", Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var caller = source.StartActivity("caller");
        using var rig = Start(Options, 1, static _ => Task.FromResult("ok"));
        Assert.Same(caller, Activity.Current);
        await rig.RestAsync();
        Assert.Same(caller, Activity.Current);
        Assert.Equal(caller!.SpanId, _recorder.Run.ParentSpanId);
    }

    [Fact]
    public async Task RunInsideAnItem_IsBelowThatItem()
    {
        using var rig = Start(Options, 1, lease =>
        {
            var inner = new BatchRun<int, string>(Options);
            Attach(inner, static _ => Task.FromResult("inner"));
            inner.TryPost(0, ItemTraits.None);
            inner.CompleteAdding();
            while (inner.WaitForResult(TimeSpan.FromSeconds(1)))
            {
                inner.TryTakeResult(out _);
            }

            return Task.FromResult(inner.Id.ToString());
        });
        var result = Assert.Single(await rig.RestAsync());

        var innerRun = _recorder.All.Single(s => s.OperationName == "batchops.run" && (string?)s.GetTagItem("batchops.run.id") == result.Output);
        var outerItem = _recorder.Items.Single(s => (string?)s.GetTagItem("batchops.run.id") == rig.Run.Id.ToString());
        Assert.Equal(outerItem.SpanId, innerRun.ParentSpanId);
    }

    [Fact]
    public async Task RunThatIsNotSampled_HasNoItemSpans()
    {
        using var off = new Recorder(new AlwaysOffSampler());
        _recorder.Dispose();
        using var rig = Start(Options with { Telemetry = off.Names }, 2, static _ => Task.FromResult(Activity.Current is { Recorded: true } ? "traced" : "not"));
        var results = await rig.RestAsync();
        Assert.All(results, static r => Assert.Equal("not", r.Output));
        Assert.Empty(off.Items);
    }

    [Fact]
    public async Task CanceledRun_EndsItsSpans()
    {
        using var rig = Start(Options, 5, async lease =>
        {
            await Task.Delay(Timeout.Infinite, lease.CancellationToken);
            return "never";
        });
        HangGuard.Until(() => Volatile.Read(ref _entered) == 2);
        rig.Run.Cancel();
        await rig.RestAsync();

        Assert.Equal("canceled", _recorder.Run.GetTagItem("batchops.run.stop_reason"));
        Assert.All(_recorder.Items, static s => Assert.Equal("canceled", s.GetTagItem("batchops.item.status")));
        Assert.Equal(2, _recorder.Items.Count);
    }

    private int _entered;

    private Rig Start(BatchOptions options, int count, Func<Lease<int, string>, Task<string>> operation)
    {
        var rig = new Rig(options, _time, _ => null);
        Attach(rig.Run, lease =>
        {
            Interlocked.Increment(ref _entered);
            return operation(lease);
        });
        rig.PostAll(count);
        return rig;
    }
}

[Collection(nameof(Recorder))]
public sealed class TaskExecutorSpanTests : SpanContract
{
    private protected override void Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation) =>
        TaskExecutor<int, string>.Attach(run, lease => new ValueTask<string>(operation(lease)));
}

[Collection(nameof(Recorder))]
public sealed class ThreadExecutorSpanTests : SpanContract
{
    private protected override void Attach(BatchRun<int, string> run, Func<Lease<int, string>, Task<string>> operation) =>
        ThreadExecutor<int, string>.Attach(run, (Lease<int, string> lease) => operation(lease).GetAwaiter().GetResult());
}
