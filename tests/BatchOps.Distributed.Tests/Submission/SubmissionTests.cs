using BatchOps.Distributed.Support;
using BatchOps.Distributed.Workers;
using BatchOps.Engine;

namespace BatchOps.Distributed.Submission;

public sealed class SubmissionTests(SharedBroker shared)
{
    [Fact]
    public async Task OpenAsync_NoBroker_SaysSo()
    {
        var options = new SubmitterOptions
        {
            Broker = new BrokerOptions { Address = new Uri("amqp://127.0.0.1:1/"), UserName = "u", Password = "secret" },
            Signer = new MessageSigner(TestKey.Shared),
        };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerSubmitter.OpenAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal(BrokerFault.Unreachable, error.Fault);
    }

    [Fact]
    public async Task OpenAsync_QueuesNotInstalled_SaysHowToDeclareThem()
    {
        var options = new SubmitterOptions { Broker = await shared.NewVirtualHostAsync(), Signer = new MessageSigner(TestKey.Shared) };

        var error = await Assert.ThrowsAsync<BrokerException>(() => BrokerSubmitter.OpenAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal(BrokerFault.TopologyMissing, error.Fault);
    }

    [Fact]
    public async Task Require_AttemptsLongerThanTheBrokerWaits_NamesItsSetting()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        await using var submitter = await BrokerSubmitter.OpenAsync(rig.Submitter with { ConsumerTimeout = TimeSpan.FromMinutes(10) }, TestContext.Current.CancellationToken);

        submitter.Require(new BatchOptions { AttemptTimeout = TimeSpan.FromMinutes(4) });
        var error = Assert.Throws<BatchOptionsException>(() => submitter.Require(new BatchOptions { AttemptTimeout = TimeSpan.FromMinutes(5) }));

        Assert.Contains("consumer_timeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Item_TooLargeToTravel_FailsAloneAndSaysWhatToDo()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var run = await rig.StartAsync();
        await rig.StartWorkerAsync(new FunctionHandler(static (_, _) => Task.CompletedTask));

        run.Post("small", new string('x', Message.MaxBytes), "small too");
        run.Run.CompleteAdding();
        var results = (await run.RestAsync()).OrderBy(static r => r.Index).ToList();

        Assert.Equal([ItemStatus.Succeeded, ItemStatus.Failed, ItemStatus.Succeeded], results.Select(static r => r.Status));
        Assert.Contains("Send where the data lies", results[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempt_LongerThanItsTimeout_IsStoppedAtTheWorker()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        var run = await rig.StartAsync(new BatchOptions { AttemptTimeout = TimeSpan.FromMilliseconds(200), GracePeriod = Guarded.Limit });

        run.PostAll(1);
        await (await handler.NextAsync()).Stopped;

        var result = Assert.Single(await run.RestAsync());
        Assert.Equal((ItemStatus.TimedOut, OutcomeReason.AttemptTimeout, false), (result.Status, result.Reason, result.Abandoned));
    }

    [Fact]
    public async Task Cancel_RunningIsToldAndQueuedIsNotRunByWorkersThatComeLater()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler, throttleLimit: 1);
        var run = await rig.StartAsync(new BatchOptions { ThrottleLimit = 10, GracePeriod = Guarded.Limit });
        run.PostAll(5);
        var running = await handler.NextAsync();

        run.Run.Cancel();
        await running.Stopped;
        var results = await run.RestAsync();
        await run.DisposeAsync();
        var late = new GatedHandler();
        await rig.StartWorkerAsync(late);
        var next = await rig.StartAsync();
        next.PostAll(1);
        (await Task.WhenAny(late.NextAsync(), handler.NextAsync()).Unwrap()).Succeed("\"done\"");

        Assert.Equal(5, results.Count);
        Assert.All(results, static r => Assert.Equal(ItemStatus.Canceled, r.Status));
        Assert.Equal("done", Assert.Single(await next.RestAsync()).Output);
        var watcher = await rig.ScriptAsync(prefetch: 0);
        await watcher.ExpectCountAsync(Topology.Work, 0);
        Assert.Equal((0, 0), (handler.Untaken, late.Untaken));
    }

    [Fact]
    public async Task RunTimeout_RunningIsToldAndTheRestIsSkipped()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        var run = await rig.StartAsync(new BatchOptions { ThrottleLimit = 2, RunTimeout = TimeSpan.FromSeconds(2), GracePeriod = Guarded.Limit });

        run.PostAll(4);
        await (await handler.NextAsync()).Stopped;
        var results = await run.RestAsync();

        Assert.Equal((2, 2), (results.Count(static r => r.Status == ItemStatus.TimedOut), results.Count(static r => r.Status == ItemStatus.Skipped)));
        Assert.All(results, static r => Assert.Equal(OutcomeReason.Deadline, r.Reason));
    }

    [Fact]
    public async Task Resume_MessagesStillQueued_AreNotSentAgain()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        await rig.SubmitAndDieAsync(items: 20);
        var run = await rig.StartAsync(new BatchOptions { ThrottleLimit = 20 }, batch: "peer", resume: true);
        run.PostAll(21);
        var watcher = await rig.ScriptAsync(prefetch: 0);

        // With as many out as there may be, none was added.
        await watcher.HearRollCallsAsync(3);
        await watcher.ExpectCountAsync(Topology.Work, 20);
        var runs = 0;
        await rig.StartWorkerAsync(new FunctionHandler((_, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.CompletedTask;
        }));
        var results = await run.RestAsync();

        Assert.Equal(21, results.Count);
        Assert.All(results, static r => Assert.Equal((ItemStatus.Succeeded, 1), (r.Status, r.Attempts)));
        Assert.Equal(21, runs);
    }

    [Fact]
    public async Task Resume_MessagesLost_AreSentAgain()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        await rig.SubmitAndDieAsync(items: 5);
        await using (var thief = await rig.ScriptAsync())
        {
            for (var i = 0; i < 5; i++)
            {
                await thief.AcknowledgeAsync((await thief.NextAsync()).Tag);
            }
        }

        await rig.StartWorkerAsync(new FunctionHandler(static (_, _) => Task.CompletedTask));
        var run = await rig.StartAsync(batch: "peer", resume: true);
        run.PostAll(5);

        Assert.All(await run.RestAsync(), static r => Assert.Equal(ItemStatus.Succeeded, r.Status));
    }

    [Fact]
    public async Task Message_Lost_IsSentAgainUnderTheNextEpoch()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var run = await rig.StartAsync();
        run.PostAll(1);
        await using (var thief = await rig.ScriptAsync())
        {
            await thief.AcknowledgeAsync((await thief.NextAsync()).Tag);
        }

        var handler = new GatedHandler();
        await rig.StartWorkerAsync(handler);
        var attempt = await handler.NextAsync();
        attempt.Succeed("\"done\"");

        Assert.Equal((2, 1), (attempt.Item.Message.Epoch, attempt.Item.Message.Attempt));
        Assert.Equal("done", Assert.Single(await run.RestAsync()).Output);
    }

    [Fact]
    public async Task Message_HeldByAWorkerThatDoesNotAnswer_IsNotSentAgainAtOnce()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var run = await rig.StartAsync();
        run.PostAll(1);
        var silent = await rig.ScriptAsync();
        var (work, _) = await silent.NextAsync();
        var idle = new GatedHandler();
        await rig.StartWorkerAsync(idle);

        await silent.HearRollCallsAsync(5);
        Assert.Equal(0, idle.Untaken);
        await silent.EndAsync(work, "late");

        Assert.Equal("late", Assert.Single(await run.RestAsync()).Output);
    }
}
