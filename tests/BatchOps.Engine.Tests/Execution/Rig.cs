using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Execution;

/// <summary>A run on a real executor whose operation is a <see cref="Support.Script"/> and whose time is virtual.</summary>
internal sealed class Rig : IDisposable
{
    private readonly Func<Rig, Func<TimeSpan, int>?> _attach;
    private Func<TimeSpan, int>? _waitForWorkers;

    public Rig(BatchOptions options, VirtualTime time, Func<Rig, Func<TimeSpan, int>?> attach)
    {
        Time = time;
        _attach = attach;
        Run = new BatchRun<int, string>(options);
    }

    public VirtualTime Time { get; }

    public BatchRun<int, string> Run { get; }

    public RunSummary Summary => Run.Summary;

    public Script Script { get; } = new();

    public Rig Attach()
    {
        _waitForWorkers = _attach(this);
        return this;
    }

    public void Post(int count, Func<int, ItemTraits>? traits = null)
    {
        for (var i = 0; i < count; i++)
        {
            Assert.True(Run.TryPost(i, traits?.Invoke(i) ?? ItemTraits.None), $"no credit for item {i}");
        }
    }

    public void PostAll(int count, Func<int, ItemTraits>? traits = null)
    {
        Post(count, traits);
        Run.CompleteAdding();
    }

    /// <summary>Waits for the engine to have brought about a state, and all that goes with it.</summary>
    public void Until(Func<bool> condition, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(condition))] string? what = null) =>
        HangGuard.Until(Run.Sync, condition, what);

    /// <summary>The next result; null at the end of the run.</summary>
    public async Task<ItemResult<int, string>?> NextResultAsync()
    {
        ItemResult<int, string>? result;
        while (!Run.TryTakeResult(out result))
        {
            if (!await Run.WaitForResultAsync().Within())
            {
                return null;
            }
        }

        return result;
    }

    /// <summary>All results that are still to come, in the order in which they leave.</summary>
    public async Task<List<ItemResult<int, string>>> RestAsync()
    {
        var results = new List<ItemResult<int, string>>();
        while (await NextResultAsync() is { } result)
        {
            results.Add(result);
        }

        Assert.True(Summary.Ended);
        Assert.Equal(Summary.Read, Summary.Done);
        return results;
    }

    /// <summary>How many worker threads remain; 0 for an executor without threads of its own.</summary>
    public int WorkersLeft() => _waitForWorkers?.Invoke(HangGuard.Limit) ?? 0;

    public void Dispose() => Run.Cancel();
}
