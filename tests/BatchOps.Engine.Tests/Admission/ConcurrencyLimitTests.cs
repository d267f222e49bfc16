namespace BatchOps.Engine.Tests.Admission;

public sealed class ConcurrencyLimitTests
{
    [Fact]
    public void Grow_AfterRestart_StopsAtTheCeiling()
    {
        var limit = new ConcurrencyLimit(3);
        Assert.Equal(3, limit.Current);
        Assert.False(limit.Grow(100));
        Assert.True(limit.Restart());
        Assert.False(limit.Restart());

        Assert.True(limit.Grow(100));
        Assert.Equal(2, limit.Current);
        Assert.True(limit.Grow(100));
        Assert.Equal(3, limit.Current);
        Assert.False(limit.Grow(100));
    }

    [Fact]
    public void Grow_NoCeiling_IsWholeAgainWhenTheRunsHaveAllTheyCanUse()
    {
        var limit = new ConcurrencyLimit(ceiling: null);
        limit.Restart();
        limit.Grow(3);
        Assert.Equal(2, limit.Current);
        limit.Grow(3);

        Assert.Equal(int.MaxValue, limit.Current);
        Assert.False(limit.Grow(3));
    }
}
