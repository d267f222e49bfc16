using BatchOps.Distributed.Support;
using BatchOps.Engine;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;

namespace BatchOps.Distributed.Workers;

public sealed class BatchWorkerTests(SharedBroker shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Create_OptionsThatCannotWork_NamesThemAll()
    {
        var options = new WorkerOptions
        {
            Broker = new BrokerOptions { Address = new Uri("https://host/"), UserName = "u", Password = "p" },
            Signer = new MessageSigner(TestKey.Shared),
            Name = "",
            ThrottleLimit = 1001,
            DrainTimeout = TimeSpan.FromSeconds(-1),
            StartsBeforeIsolation = 0,
        };

        var error = Assert.Throws<BatchOptionsException>(() => new BatchWorker(options, new GatedHandler()));

        Assert.Equal(5, error.Errors.Count);
        Assert.Contains("ThrottleLimit is 1001; it must be from 1 to 1000.", error.Errors);
    }

    [Fact]
    public async Task RunAsync_NoQueuesInstalled_SaysSoAtOnce()
    {
        var options = new WorkerOptions { Broker = await shared.NewVirtualHostAsync(), Signer = new MessageSigner(TestKey.Shared) };

        var error = await Assert.ThrowsAsync<BrokerException>(() => new BatchWorker(options, new GatedHandler()).RunAsync(Cancellation));

        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
        Assert.Contains("Install-BatchBroker", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TakesItemsAhead_HoldsThemUnstartedUntilAPlaceIsFree()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1, ReadAhead = 1 });
        for (var i = 0; i < 3; i++)
        {
            await rig.SendAsync(rig.NewWork());
        }

        var first = await handler.NextAsync();
        await rig.ExpectCountAsync(Topology.Work, 1);
        Assert.Equal(1, handler.Peak);
        Assert.Single(worker.Worker.Items, static item => item.Seconds is not null);

        first.Succeed();
        (await handler.NextAsync()).Succeed();
        (await handler.NextAsync()).Succeed();
        await rig.ResultsAsync(3);
        Assert.Equal(1, handler.Peak);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("customer 7")]
    public async Task RunAsync_Items_AreRunReportedAndGivenUp(string? serializeBy)
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new FunctionHandler(static (_, _) => Task.CompletedTask);
        var worker = await rig.StartWorkerAsync(handler);
        var sent = new List<WorkMessage>();
        for (var i = 0; i < 20; i++)
        {
            sent.Add(await rig.SendAsync(rig.NewWork(serializeBy)));
        }

        var results = await rig.ResultsAsync(20);
        await worker.DrainAsync();

        Assert.Equal(sent.Select(static m => m.Identity).Order(), results.Select(static r => r.Attempt.Identity).Order());
        Assert.All(results, result =>
        {
            Assert.Equal((OutcomeClass.Success, "1", 0), (result.Class, result.Output, result.Attempt.Delivery));
            Assert.Equal(worker.Worker.Name, result.Worker);
        });
        Assert.Equal((20, 0), (worker.Worker.Succeeded, worker.Worker.Failed));
        await rig.ExpectCountAsync(Topology.Work, 0);
        Assert.Equal((0, 0), rig.Untaken);
    }

    [Fact]
    public async Task RunAsync_LongItem_IsAnnouncedBeforeItEnds()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler);
        var sent = await rig.SendAsync(rig.NewWork());

        var attempt = await handler.NextAsync();
        var start = await rig.NextStartAsync();
        var held = Assert.Single(worker.Worker.Items);
        attempt.Succeed();
        var result = await rig.NextResultAsync();

        Assert.Equal(AttemptMessage.Of(sent, 0), start.Attempt);
        Assert.InRange(start.Seconds, 0.03, 60);
        Assert.Equal((start.Attempt, "test"), (held.Attempt, held.Operation));
        Assert.InRange(result.Seconds, start.Seconds, 60);
    }

    [Fact]
    public async Task RunAsync_HandlerThrows_ItemFaultWithoutSecrets()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork());

        (await handler.NextAsync()).Fail(new InvalidOperationException("no; password=hidden"));
        var result = await rig.NextResultAsync();

        Assert.Equal(OutcomeClass.ItemFault, result.Class);
        Assert.Equal("System.InvalidOperationException", result.Error!.Type);
        Assert.DoesNotContain("hidden", result.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OutputTooLarge_ItemFaultSaysSo()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork());

        (await handler.NextAsync()).Succeed(new string('x', Message.MaxBytes));
        var result = await rig.NextResultAsync();

        Assert.Equal((OutcomeClass.ItemFault, null), (result.Class, result.Output));
        Assert.Contains("does not travel", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_TakesTooLong_IsStoppedAndTimedOut()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork() with { AttemptSeconds = 0.2 });

        await (await handler.NextAsync()).Stopped;
        var result = await rig.NextResultAsync();

        Assert.Equal((OutcomeClass.Transient, true), (result.Class, result.TimedOut));
    }

    [Fact]
    public async Task RunAsync_IgnoresItsStop_IsReportedButKeepsItsKeyUntilItEnds()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler { ObeysStop = false };
        await rig.StartWorkerAsync(handler, static o => o with { GracePeriod = TimeSpan.FromMilliseconds(50) });
        await rig.SendAsync(rig.NewWork("key") with { AttemptSeconds = 0.1 });
        await rig.SendAsync(rig.NewWork("key"));

        var first = await handler.NextAsync();
        Assert.True((await rig.NextResultAsync()).TimedOut);
        await rig.SendAsync(rig.NewWork());
        var other = await handler.NextAsync();

        Assert.Null(other.Item.Message.SerializeBy);
        first.Succeed();
        Assert.Equal("key", (await handler.NextAsync()).Item.Message.SerializeBy);
        Assert.Equal(0, rig.Untaken.Results);
    }

    [Fact]
    public async Task RunAsync_MoreThanTheLimit_WaitUnstarted()
    {
        await using var rig = await WorkerRig.CreateAsync(shared, partitions: 8);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        for (var i = 0; i < 16; i++)
        {
            await rig.SendAsync(rig.NewWork(i % 2 == 0 ? null : $"key {i}"));
        }

        var attempts = new Queue<GatedAttempt>([await handler.NextAsync(), await handler.NextAsync()]);
        for (var i = 2; i < 16; i++)
        {
            attempts.Dequeue().Succeed();
            attempts.Enqueue(await handler.NextAsync());
        }

        attempts.ToList().ForEach(static a => a.Succeed());
        Assert.Equal(16, (await rig.ResultsAsync(16)).Count);
        Assert.Equal(2, handler.Peak);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task RunAsync_StartedBeforeAndNeverEnded_RunsAlone(int starts, bool alone)
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork() with { Starts = starts });

        Assert.Equal(alone, (await handler.NextAsync()).Alone);
    }

    [Fact]
    public async Task RunAsync_SeveralThatRunAlone_OneAtATime()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 3 });
        await rig.SendAsync(rig.NewWork() with { Starts = 2 });
        await rig.SendAsync(rig.NewWork() with { Starts = 2 });
        await rig.SendAsync(rig.NewWork());

        GatedAttempt[] started = [await handler.NextAsync(), await handler.NextAsync()];

        Assert.Single(started, static a => a.Alone);
        started.Single(static a => a.Alone).Succeed();
        Assert.True((await handler.NextAsync()).Alone);
    }

    [Fact]
    public async Task RunAsync_ForgedOrMalformed_LiesInTheDeadQueue()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler);
        var (body, properties) = Message.Pack(rig.NewWork(), rig.Signer);
        var changed = body.ToArray();
        changed[^2]++;

        await rig.SendAsync(rig.NewWork(), new MessageSigner(TestKey.Foreign));
        await rig.SendAsync(serializeBy: null, changed, properties);
        await rig.SendAsync("key", "not even JSON"u8.ToArray(), new BasicProperties { Type = WorkMessage.Kind });
        await rig.SendAsync(rig.NewWork() with { Version = 99 });

        await rig.ExpectCountAsync(Topology.Dead, 4);
        Assert.Contains("not work that was signed", (await worker.NoticeAsync(WorkerNoticeKind.Refused)).Message, StringComparison.Ordinal);
        await rig.SendAsync(rig.NewWork());
        (await handler.NextAsync()).Succeed();
        Assert.Equal(OutcomeClass.Success, (await rig.NextResultAsync()).Class);
        Assert.Equal((0, 0), rig.Untaken);
    }

    [Fact]
    public async Task RunAsync_OperationRefusedOrExpired_ItemFaultSaysWhatToDo()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1 });
        await rig.SendAsync(rig.NewWork() with { Operation = new OperationMessage { Name = "refused", Hash = "0", Definition = "" } });
        await rig.SendAsync(rig.NewWork() with { Expires = DateTimeOffset.UtcNow.AddSeconds(-1) });

        var results = await rig.ResultsAsync(2);

        Assert.All(results, static r => Assert.Equal(OutcomeClass.ItemFault, r.Class));
        Assert.Contains("-AllowOperation refused", results[0].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("Start more workers", results[1].Error!.Message, StringComparison.Ordinal);
        await worker.DrainAsync();
        await rig.ExpectCountAsync(Topology.Work, 0);
        Assert.Equal(0, handler.Untaken);
    }

    [Fact]
    public async Task RunAsync_SameMessageAgain_IsNotRunAgain()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1 });
        var message = await rig.SendAsync(rig.NewWork());
        (await handler.NextAsync()).Succeed();
        await rig.NextResultAsync();

        await rig.SendAsync(message);
        await rig.SendAsync(rig.NewWork());

        var next = await handler.NextAsync();
        Assert.NotEqual(message.Nonce, next.Item.Message.Nonce);
        next.Succeed();
        await rig.NextResultAsync();
        await worker.DrainAsync();
        await rig.ExpectCountAsync(Topology.Work, 0);
    }

    [Fact]
    public async Task RunAsync_ResultsQueueIsMissing_IsTriedAgainAndNotGivenUp()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new FunctionHandler(static (_, _) => Task.CompletedTask);
        var worker = await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork() with { ReplyTo = "later" });
        await worker.NoticeAsync(WorkerNoticeKind.ResultDelayed);

        await using var channel = await rig.Connection.OpenChannelAsync(confirms: false, Cancellation);
        await channel.QueueDeclareAsync("later", durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancellation);

        await worker.NoticeAsync(WorkerNoticeKind.Finished);
        Assert.Equal(1u, await channel.MessageCountAsync("later", Cancellation));
    }

    [Fact]
    public async Task Stop_OfARun_EndsWhatIsAtWorkAndWhatComes()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1 });
        await rig.SendAsync(rig.NewWork());
        await rig.SendAsync(rig.NewWork());
        var kept = await rig.SendAsync(rig.NewWork() with { Run = Guid.NewGuid() });

        var attempt = await handler.NextAsync();
        await rig.StopAsync(rig.StopOfRun());
        await attempt.Stopped;
        var results = await rig.ResultsAsync(2);

        Assert.All(results, static r => Assert.Equal(OutcomeClass.Canceled, r.Class));
        Assert.Equal(kept.Run, (await handler.NextAsync()).Item.Message.Run);
        Assert.Contains(rig.Run, handler.Forgotten);
    }

    [Fact]
    public async Task Stop_OfAnItemUpToAnEpoch_LeavesLaterOnesAndOthers()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var item = rig.NewWork() with { Epoch = 2 };
        await rig.StopAsync(rig.StopOfRun() with { Identity = item.Identity, Epoch = 2 });
        await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1 });

        await rig.SendAsync(item);
        await rig.SendAsync(item with { Epoch = 3, Nonce = "3" });

        var result = await rig.NextResultAsync();
        Assert.Equal((OutcomeClass.Canceled, 2), (result.Class, result.Attempt.Epoch));
        Assert.Equal(3, (await handler.NextAsync()).Item.Message.Epoch);
    }

    [Fact]
    public async Task Stop_BeforeTheWorkerStarted_HoldsForItToo()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.SendAsync(rig.NewWork());
        await rig.StopAsync(rig.StopOfRun());

        await rig.StartWorkerAsync(handler);

        Assert.Equal(OutcomeClass.Canceled, (await rig.NextResultAsync()).Class);
        Assert.Equal(0, handler.Untaken);
    }

    [Fact]
    public async Task ConnectionLost_AtWork_IsStoppedDiscardedAndRunAgain()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler { ObeysStop = false };
        var worker = await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork());
        var first = await handler.NextAsync();

        await rig.CloseConnectionAsync(worker);
        await first.Stopped;
        first.Succeed("stale");
        var second = await handler.NextAsync();
        second.Succeed("fresh");
        var result = await rig.NextResultAsync();

        Assert.Equal((0, 1), (first.Item.Delivery, second.Item.Delivery));
        Assert.Equal(("fresh", 1), (result.Output, result.Attempt.Delivery));
        await worker.DrainAsync();
        await rig.ExpectCountAsync(Topology.Work, 0);
        Assert.Equal(0, rig.Untaken.Results);
    }

    [Fact]
    public async Task ConnectionLost_BetweenConfirmAndAcknowledge_SecondResultHasAHigherDelivery()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new FunctionHandler(static (_, _) => Task.CompletedTask);
        var confirmed = new TaskCompletionSource();
        using var acknowledge = new ManualResetEventSlim();
        var first = await rig.StartWorkerAsync(handler, o => o with
        {
            OnNotice = notice =>
            {
                if (notice.Kind == WorkerNoticeKind.Finished)
                {
                    confirmed.TrySetResult();
                    acknowledge.Wait(Guarded.Limit);
                }
            },
        });
        await rig.SendAsync(rig.NewWork());
        await confirmed.Task.Within();

        // It dies here: it is told to end, so that it does not come back.
        first.BeginDrain();
        await rig.CloseConnectionAsync(first);
        await first.Running.Within();
        acknowledge.Set();
        await rig.StartWorkerAsync(handler);
        var results = await rig.ResultsAsync(2);

        Assert.Equal([0, 1], results.Select(static r => r.Attempt.Delivery));
        Assert.Equal(results[0].Attempt.Identity, results[1].Attempt.Identity);
    }

    [Fact]
    public async Task ConnectionLost_AfterTheConfirm_TheSameWorkerDoesNotRunItAgain()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var runs = 0;
        var handler = new FunctionHandler((_, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        });
        var confirmed = new TaskCompletionSource();
        using var acknowledge = new ManualResetEventSlim();
        var worker = await rig.StartWorkerAsync(handler, o => o with
        {
            OnNotice = notice =>
            {
                if (notice.Kind == WorkerNoticeKind.Finished && confirmed.TrySetResult())
                {
                    acknowledge.Wait(Guarded.Limit);
                }
            },
        });
        await rig.SendAsync(rig.NewWork());
        await confirmed.Task.Within();

        await rig.CloseConnectionAsync(worker);
        await worker.NoticeAsync(WorkerNoticeKind.Connected);
        acknowledge.Set();
        await rig.SendAsync(rig.NewWork());
        await rig.ResultsAsync(2);
        await worker.DrainAsync();

        Assert.Equal(2, runs);
        await rig.ExpectCountAsync(Topology.Work, 0);
        Assert.Equal(0, rig.Untaken.Results);
    }

    [Fact]
    public async Task StoodStill_LongerThanTheBrokerWaits_ConnectsAnew()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, o => o with { Time = time, GracePeriod = TimeSpan.FromMinutes(1) });
        await rig.SendAsync(rig.NewWork());
        var first = await handler.NextAsync();

        time.Advance(TimeSpan.FromSeconds(90));

        await first.Stopped;
        Assert.Contains("stood still", (await worker.NoticeAsync(WorkerNoticeKind.ConnectionLost)).Message, StringComparison.Ordinal);
        Assert.Equal(1, (await handler.NextAsync()).Item.Delivery);
        Assert.Equal(0, rig.Untaken.Results);
    }

    [Fact]
    public async Task Drain_WhatIsAtWorkEnds_AndTheRestIsHandedBack()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler, static o => o with { ThrottleLimit = 1, DrainTimeout = Guarded.Limit });
        await rig.SendAsync(rig.NewWork("key"));
        var atWork = await handler.NextAsync();
        await rig.SendAsync(rig.NewWork("key"));
        await rig.SendAsync(rig.NewWork());

        worker.BeginDrain();
        await rig.ExpectCountAsync(Topology.Work, 1);
        Assert.False(worker.Running.IsCompleted);
        atWork.Succeed();
        await worker.Running.Within();

        Assert.Equal(OutcomeClass.Success, (await rig.NextResultAsync()).Class);
        Assert.Equal(0, handler.Untaken);
        await rig.StartWorkerAsync(handler);
        GatedAttempt[] rest = [await handler.NextAsync(), await handler.NextAsync()];
        Assert.All(rest, static a => Assert.False(a.Alone));
    }

    [Fact]
    public async Task Drain_TakesTooLong_IsStoppedAndHandedBack()
    {
        await using var rig = await WorkerRig.CreateAsync(shared);
        var handler = new GatedHandler();
        var worker = await rig.StartWorkerAsync(handler);
        await rig.SendAsync(rig.NewWork());
        await rig.SendAsync(rig.NewWork("key"));
        GatedAttempt[] attempts = [await handler.NextAsync(), await handler.NextAsync()];

        await worker.DrainAsync();

        Assert.All(attempts, static a => Assert.True(a.Outcome.IsCanceled));
        Assert.Equal(0, rig.Untaken.Results);
        await rig.StartWorkerAsync(handler);
        Assert.Equal(1, (await handler.NextAsync()).Item.Delivery);
        Assert.Equal(1, (await handler.NextAsync()).Item.Delivery);
    }
}
