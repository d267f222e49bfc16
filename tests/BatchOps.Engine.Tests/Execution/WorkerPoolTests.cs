namespace BatchOps.Engine.Tests.Execution;

public sealed class WorkerPoolTests
{
    private static readonly int Processors = Environment.ProcessorCount;

    private readonly WorkerPool _pool = new();

    [Fact]
    public void CanOpen_NothingAttached_IsFalse()
    {
        Assert.False(_pool.CanOpen(cap: 5, ready: 5));
        _pool.Attach(() => { });
        Assert.True(_pool.CanOpen(cap: 5, ready: 5));
    }

    [Fact]
    public void CanOpen_OneForEachReadyItem_BelowTheCap()
    {
        _pool.Attach(() => { });
        Assert.False(_pool.CanOpen(cap: 5, ready: 0));
        _pool.Open(0);
        Assert.False(_pool.CanOpen(cap: 5, ready: 1));
        Assert.False(_pool.CanOpen(cap: 1, ready: 5));
        _pool.Arrive(0);

        Assert.True(_pool.CanOpen(cap: 5, ready: 1));
        Assert.False(_pool.CanOpen(cap: 1, ready: 1));
        _pool.Leave();
        Assert.True(_pool.CanOpen(cap: 1, ready: 1));
    }

    [Fact]
    public void CanOpen_NoMoreOpenAtOnceThanThereAreProcessors()
    {
        _pool.Attach(() => { });
        for (var i = 0; i < Processors; i++)
        {
            Assert.True(_pool.CanOpen(cap: 1000, ready: 1000));
            _pool.Open(0);
        }

        Assert.False(_pool.CanOpen(cap: 1000, ready: 1000));
        _pool.Arrive(1);
        Assert.True(_pool.CanOpen(cap: 1000, ready: 1000));
    }

    [Fact]
    public void WorthOpeningAt_BeyondOnePerProcessor_WhenTheWaitIsAsLongAsTheOpening()
    {
        _pool.Attach(() => { });
        for (var i = 0; i < Processors; i++)
        {
            Assert.Equal(7, _pool.WorthOpeningAt(7));
            _pool.Open(100);
            _pool.Arrive(150);
        }

        Assert.Equal(7 + 50, _pool.WorthOpeningAt(7));

        // The next opening was faster: the mean follows.
        _pool.Open(200);
        _pool.Arrive(210);
        Assert.Equal(7 + 30, _pool.WorthOpeningAt(7));
    }
}
