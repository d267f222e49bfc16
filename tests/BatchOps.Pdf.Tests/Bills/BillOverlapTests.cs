using BatchOps.Emulators.Chat;
using BatchOps.Engine;
using BatchOps.Pdf.Bills;

namespace BatchOps.Pdf.Tests.Bills;

public sealed class BillOverlapTests
{
    private const int Calls = 15;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Read_AsManyAsTheThrottleAllows_AreAllInsideTheServerAtOnce()
    {
        var barrier = new Meeting(Calls);
        await using var rig = await StartAsync(barrier);
        var pages = Enumerable.Range(1, Calls).Select(BillRig.Page).ToArray();

        var results = new List<ItemResult<BillPageRequest, BillPage>>();
        await foreach (var item in Batch.RunAsync<BillPageRequest, BillPage>(pages, async lease => await rig.Client.ReadAsync(lease.Input, lease, lease.CancellationToken), new BatchOptions { ThrottleLimit = Calls }, cancellationToken: BillRig.Token))
        {
            results.Add(item);
        }

        Assert.All(results, item => Assert.True(item.Status == ItemStatus.Succeeded, item.Error?.Message));
        Assert.Equal(Calls, rig.Emulator.Stats.PeakConcurrent);
        Assert.Equal(Calls, rig.Emulator.Stats.Requests);
    }

    [Fact]
    public async Task Read_FromOneThread_DoesNotBlockIt()
    {
        var barrier = new Meeting(Calls);
        await using var rig = await StartAsync(barrier);

        // All are under way before the first is awaited: a client that blocked would never get to the second.
        var calls = new List<Task<BillPage>>();
        for (var page = 1; page <= Calls; page++)
        {
            calls.Add(rig.ReadAsync(BillRig.Page(page)));
        }

        Assert.Equal(Enumerable.Range(1, Calls), (await Task.WhenAll(calls)).Select(page => page.PageNumber));
    }

    /// <summary>A model that answers nobody before all have asked.</summary>
    private static Task<BillRig> StartAsync(Meeting meeting) => BillRig.StartAsync(new ChatEmulatorOptions
    {
        Models = new Dictionary<string, Func<ChatRequest, string>>
        {
            ["bill"] = request =>
            {
                meeting.Wait();
                return BillModel.Read(request);
            },
        },
    });

    private sealed class Meeting(int count)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _here;

        public void Wait()
        {
            if (Interlocked.Increment(ref _here) == count)
            {
                _all.SetResult();
            }

            // A wait that the pool knows of gets other threads to make up for it.
            if (!_all.Task.Wait(Limit))
            {
                throw new TimeoutException($"Only {_here} of {count} calls came.");
            }
        }
    }
}
