using BatchOps.Distributed.Support;
using BatchOps.Engine;
using RabbitMQ.Client;

namespace BatchOps.Distributed.Submission;

/// <summary>Which results count.</summary>
public sealed class StaleResultTests(SharedBroker shared)
{
    [Fact]
    public async Task Result_OfADeliveryBeforeTheLastStart_IsRefused()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var (run, worker, work) = await rig.SubmitOneAsync();

        await worker.StartAsync(work, delivery: 1);
        await worker.EndAsync(work, "stale", delivery: 0);
        await worker.StartAsync(work, delivery: 0);
        await worker.EndAsync(work, "taken", delivery: 1);

        var result = Assert.Single(await run.RestAsync());
        Assert.Equal((ItemStatus.Succeeded, "taken", 1), (result.Status, result.Output, result.Attempts));
    }

    [Fact]
    public async Task Result_OfAnAttemptThatHasEnded_IsRefused()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var (run, worker, first) = await rig.SubmitOneAsync(new BatchOptions { Retry = new RetryOptions { Count = 1, Delay = TimeSpan.FromMilliseconds(1) } });
        var failure = worker.Result(first, null, outcome: OutcomeClass.Transient);

        // Its worker died before it gave the item up, so that another ran it once more.
        await worker.EndAsync(failure, first.ReplyTo);
        var (second, _) = await worker.NextAsync();
        await worker.StartAsync(first, delivery: 1);
        await worker.EndAsync(failure with { Attempt = failure.Attempt with { Delivery = 1 } }, first.ReplyTo);
        await worker.EndAsync(second, "second");

        Assert.True(second.Epoch > first.Epoch);
        var result = Assert.Single(await run.RestAsync());
        Assert.Equal((ItemStatus.Succeeded, "second", 2), (result.Status, result.Output, result.Attempts));
        Assert.Single(result.Errors);
    }

    [Fact]
    public async Task Result_SentAgainAfterTheOutcome_ChangesNothing()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var run = await rig.StartAsync(batch: "twice");
        var worker = await rig.ScriptAsync();
        run.Post("a", "b");
        var (first, _) = await worker.NextAsync();
        var (second, _) = await worker.NextAsync();

        await worker.EndAsync(first, "first");
        Assert.Equal("first", (await run.NextAsync())!.Output);
        await worker.EndAsync(first, "again", delivery: 1);
        await worker.EndAsync(second, "second");
        Assert.Equal("second", (await run.NextAsync())!.Output);
        run.Run.CompleteAdding();

        Assert.Empty(await run.RestAsync());
        Assert.Equal((2, 2), (run.Run.Summary.Done, run.Run.Summary.Attempts));
        await run.DisposeAsync();
        await worker.ExpectCountAsync(first.ReplyTo, 0);
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("signature of the work")]
    [InlineData("no signature")]
    [InlineData("changed")]
    public async Task Result_ThatNoWorkerOfOursSigned_IsIgnored(string how)
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var (run, worker, work) = await rig.SubmitOneAsync();

        var (body, properties) = Message.Pack(worker.Result(work, "forged"), how == "another key" ? new MessageSigner("a key of the tests of somebody else") : rig.Signer);
        switch (how)
        {
            case "signature of the work":
                properties.Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [properties.Headers!.Keys.Single()] = rig.Signer.Sign(WorkMessage.Kind, body.Span) };
                break;
            case "no signature":
                properties.Headers = null;
                break;
            case "changed":
                body = Message.Pack(worker.Result(work, "Forged"), rig.Signer).Body;
                break;
        }

        await worker.SendAsync(work.ReplyTo, (body, properties));
        await worker.EndAsync(work, "true");

        Assert.Equal("true", Assert.Single(await run.RestAsync()).Output);
    }

    [Fact]
    public async Task Result_ThatCannotBeRead_FailsItsItem()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var run = await rig.StartAsync();
        var worker = await rig.ScriptAsync();
        run.PostAll(2);
        var (first, _) = await worker.NextAsync();
        var (second, _) = await worker.NextAsync();

        await worker.EndAsync(worker.Result(first, null), first.ReplyTo);
        await worker.EndAsync(second, "good");

        var results = (await run.RestAsync()).ToDictionary(static r => r.Index);
        Assert.Equal(ItemStatus.Failed, results[first.Index].Status);
        Assert.Equal("good", results[second.Index].Output);
    }

    [Fact]
    public async Task Result_CanceledThoughNothingWasStopped_IsNotSubmittedAgain()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        var (run, worker, work) = await rig.SubmitOneAsync();

        await worker.EndAsync(worker.Result(work, null, outcome: OutcomeClass.Canceled), work.ReplyTo);

        Assert.NotEqual(ItemStatus.Succeeded, Assert.Single(await run.RestAsync()).Status);
        Assert.Equal(0, worker.Untaken);
    }

    [Fact]
    public async Task Result_OfABatchWhoseSubmitterDied_IsParkedByAnotherAndFoundOnResume()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared);
        await rig.SubmitAndDieAsync(items: 2);
        var worker = await rig.ScriptAsync();
        var (first, firstTag) = await worker.NextAsync();
        var (second, secondTag) = await worker.NextAsync();

        // There is one results queue only, and another run has it now.
        await using (var other = await rig.StartAsync())
        {
            other.Post("x");
            var (work, tag) = await worker.NextAsync();
            await worker.EndAsync(first, "first");
            await worker.EndAsync(work, "other");
            Assert.Equal("other", (await other.NextAsync())!.Output);
            await worker.ExpectCountAsync(Topology.Parked, 1);
            await worker.AcknowledgeAsync(firstTag);
            await worker.AcknowledgeAsync(tag);
        }

        var resumed = await rig.StartAsync(batch: "peer", resume: true);
        resumed.PostAll(2);
        Assert.Equal("first", (await resumed.NextAsync())!.Output);
        await worker.EndAsync(second, "second");
        await worker.AcknowledgeAsync(secondTag);

        Assert.Equal("second", Assert.Single(await resumed.RestAsync()).Output);
        Assert.Equal(0, worker.Untaken);
        await worker.ExpectCountAsync(Topology.Parked, 0);
    }

    [Fact]
    public async Task Results_InTheQueueOfASubmitterThatDied_AreFoundFromAnotherQueue()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared, results: 2);
        await rig.SubmitAndDieAsync(items: 2);
        var worker = await rig.ScriptAsync();
        var (first, firstTag) = await worker.NextAsync();
        var (second, secondTag) = await worker.NextAsync();
        await worker.EndAsync(first, "first");
        await worker.AcknowledgeAsync(firstTag);

        // As if somebody had the queue at first and then died too.
        await using var taken = await worker.LockAsync(int.Parse(first.ReplyTo[^2..], System.Globalization.CultureInfo.InvariantCulture));
        var resumed = await rig.StartAsync(batch: "peer", resume: true);
        resumed.PostAll(2);
        Assert.Equal("first", (await resumed.NextAsync())!.Output);
        await worker.EndAsync(second, "second");
        await worker.AcknowledgeAsync(secondTag);

        Assert.Equal("second", Assert.Single(await resumed.RestAsync()).Output);
        Assert.Equal(0, worker.Untaken);
    }

    [Fact]
    public async Task Submitters_AtOnce_HaveQueuesOfTheirOwnUntilAllAreTaken()
    {
        await using var rig = await SubmissionRig.CreateAsync(shared, results: 2);
        var worker = await rig.ScriptAsync();
        var queues = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var run = await rig.StartAsync();
            run.Post("x");
            queues.Add((await worker.NextAsync()).Work.ReplyTo);
        }

        var third = await rig.StartAsync();
        third.Post("x");
        var result = Assert.Single(await third.RestAsync());

        Assert.Equal([Topology.Results(0), Topology.Results(1)], queues.Order(StringComparer.Ordinal));
        Assert.Equal((ItemStatus.Canceled, 0), (result.Status, worker.Untaken));
        var error = Assert.IsType<BrokerException>(third.Run.Fault);
        Assert.Equal(BrokerFault.NoResultsQueue, error.Fault);
        Assert.Contains("All 2 results queues", error.Message, StringComparison.Ordinal);
    }
}
