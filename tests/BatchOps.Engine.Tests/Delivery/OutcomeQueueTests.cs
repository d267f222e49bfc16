using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Delivery;

public sealed class OutcomeQueueTests
{
    [Fact]
    public void TryTake_Unordered_InTheOrderOfAdding()
    {
        var queue = Filled(ordered: false, 2, 0, 1);

        Assert.Equal([2, 0, 1], TakeAll(queue));
    }

    [Fact]
    public void TryTake_Ordered_HoldsBackWhatCameEarly()
    {
        var queue = Filled(ordered: true, 2, 1, 4);
        Assert.Empty(TakeAll(queue));
        queue.Add(0, 0);
        Assert.Equal([0, 1, 2], TakeAll(queue));
        queue.Add(3, 3);

        Assert.Equal([3, 4], TakeAll(queue));
    }

    [Fact]
    public void Wait_NothingReadyAndCompleted_IsFalse()
    {
        var queue = Filled(ordered: false, 0);
        queue.Complete();
        Assert.True(queue.Wait(HangGuard.Limit));
        TakeAll(queue);

        Assert.False(queue.Wait(HangGuard.Limit));
    }

    [Fact]
    public void Wait_TimeIsUp_IsTrueWithNothingReady()
    {
        var queue = Filled(ordered: false);

        Assert.True(queue.Wait(TimeSpan.Zero));
        Assert.False(queue.TryTake(out _));
    }

    [Fact]
    public async Task Wait_IsEndedByAnOutcome_ByTheEnd_AndByANudge()
    {
        foreach (var end in new Action<OutcomeQueue<int>>[] { q => q.Add(0, 0), q => q.Complete(), q => q.Nudge() })
        {
            var queue = Filled(ordered: false);
            using var done = new CancellationTokenSource();
            var waiting = Task.Run(() =>
            {
                queue.Wait(HangGuard.Limit);
                done.Cancel();
            });

            // The waiter may not wait yet: a nudge is no state, so it is given until it was heard.
            while (!done.IsCancellationRequested)
            {
                end(queue);
                Thread.Yield();
                if (!waiting.IsCompleted)
                {
                    TakeAll(queue);
                }
            }

            await waiting.Within();
        }
    }

    [Fact]
    public async Task WaitAsync_IsEndedByAnOutcomeAndByTheEnd()
    {
        var queue = Filled(ordered: true);
        var waiting = queue.WaitAsync();
        queue.Add(1, 1);
        Assert.False(waiting.IsCompleted);
        queue.Add(0, 0);
        Assert.True(await waiting.Within());
        Assert.True(await queue.WaitAsync().Within());
        TakeAll(queue);

        waiting = queue.WaitAsync();
        queue.Complete();
        Assert.False(await waiting.Within());
        Assert.False(await queue.WaitAsync().Within());
    }

    private static OutcomeQueue<int> Filled(bool ordered, params int[] outcomes)
    {
        var queue = new OutcomeQueue<int>(ordered);
        Array.ForEach(outcomes, o => queue.Add(o, o));
        return queue;
    }

    private static List<int> TakeAll(OutcomeQueue<int> queue)
    {
        var taken = new List<int>();
        Assert.Equal(queue.TakeAll(taken), taken.Count);
        return taken;
    }
}
