using System.Collections.Concurrent;
using BatchOps.Distributed.Support;

namespace BatchOps.Distributed.Workers;

public sealed class PartitionTests(SharedBroker shared)
{
    [Fact]
    public async Task LaterWorker_GetsItsShareOfThePartitions_AndNoKeyIsAtWorkTwice()
    {
        const int partitions = 8;
        await using var rig = await WorkerRig.CreateAsync(shared, partitions);
        var atWork = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var overlaps = 0;
        FunctionHandler Handler() => new(async (message, stop) =>
        {
            if (atWork.AddOrUpdate(message.SerializeBy!, 1, static (_, n) => n + 1) > 1)
            {
                Interlocked.Increment(ref overlaps);
            }

            // The item's work, which nobody waits for: an overlap shows only between items that last.
            await Task.Delay(5, stop);
            atWork.AddOrUpdate(message.SerializeBy!, 0, static (_, n) => n - 1);
        });
        static WorkerOptions Quick(WorkerOptions options) => options with { ThrottleLimit = 16, BalanceInterval = TimeSpan.FromMilliseconds(200) };

        var first = await rig.StartWorkerAsync(Handler(), Quick);
        var sent = await SendAsync(64);
        await rig.ResultsAsync(sent);
        Assert.Equal(partitions, first.Worker.Partitions.Count);

        var second = await rig.StartWorkerAsync(Handler(), Quick);
        using var limit = new CancellationTokenSource(Guarded.Limit);
        while (second.Worker.Partitions.Count < partitions / 2 || first.Worker.Partitions.Count > partitions / 2)
        {
            limit.Token.ThrowIfCancellationRequested();
            await rig.ResultsAsync(await SendAsync(64));
        }

        var before = second.Worker.Succeeded;
        await rig.ResultsAsync(await SendAsync(64));

        Assert.Equal(0, overlaps);
        Assert.InRange(second.Worker.Succeeded - before, 1, 63);
        Assert.Empty(first.Worker.Partitions.Intersect(second.Worker.Partitions));

        async Task<int> SendAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                await rig.SendAsync(rig.NewWork($"key {i % 32}"));
            }

            return count;
        }
    }

    [Fact]
    public async Task SurplusPartition_WithAnItemAtWork_ChangesHandsWhenItHasEnded()
    {
        await using var rig = await WorkerRig.CreateAsync(shared, partitions: 2);
        var (here, there) = (new GatedHandler(), new GatedHandler());
        static WorkerOptions Quick(WorkerOptions options) => options with { BalanceInterval = TimeSpan.FromMilliseconds(200) };
        var keys = Enumerable.Range(0, 32).Select(static i => $"key {i}").ToList();
        var first = await rig.StartWorkerAsync(here, Quick);

        // Until both partitions have one at work.
        var attempts = new List<GatedAttempt>();
        foreach (var key in keys)
        {
            await rig.SendAsync(rig.NewWork(key));
        }

        attempts.Add(await here.NextAsync());
        attempts.Add(await here.NextAsync());
        Assert.Equal(2, first.Worker.Partitions.Count);

        await rig.StartWorkerAsync(there, Quick);
        await Guarded.UntilAsync(async () =>
        {
            await rig.CallRollAsync(expected: 2);
            return first.Worker.Partitions.Count != 2;
        });

        // It takes nothing new, and yet nobody else has it before the one at work has ended.
        Assert.Equal(0, there.Untaken);
        attempts.ForEach(static a => a.Succeed());
        var moved = await there.NextAsync();
        Assert.False(moved.Alone);
    }
}
