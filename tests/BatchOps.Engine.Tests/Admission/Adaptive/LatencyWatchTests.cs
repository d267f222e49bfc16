namespace BatchOps.Engine.Tests.Admission.Adaptive;

public sealed class LatencyWatchTests
{
    private readonly LatencyWatch _watch = new();

    [Fact]
    public void TwiceTheBaseline_IsOverload()
    {
        Assert.False(Add(0.1));
        Assert.False(Add(0.19));
        Assert.True(Add(0.21));
    }

    [Fact]
    public void OneSlowItem_IsNone()
    {
        Add(0.1);
        _watch.Add(50, current: true);

        Assert.False(Add(0.1));
    }

    [Fact]
    public void AfterACut_WhatHadQueuedUpIsNotJudged()
    {
        Add(0.1);
        Assert.True(Add(0.3));

        Assert.False(Add(0.3));
        Assert.Equal(0.1, _watch.Baseline, 6);
    }

    [Fact]
    public void CutWithoutRelief_IsTheNewBaseline()
    {
        Add(0.1);
        Add(0.3);
        Add(0.3);

        Assert.False(Add(0.3));
        Assert.Equal(0.3, _watch.Baseline, 6);
    }

    [Fact]
    public void CutWithRelief_CutsAgain()
    {
        Add(0.1);
        Add(0.3);
        Add(0.3);

        Assert.True(Add(0.25));
        Assert.Equal(0.1, _watch.Baseline, 6);
    }

    [Fact]
    public void FromBeforeTheCut_CountsForTheMeanOnly()
    {
        Add(0.1);
        for (var i = 0; i < 100; i++)
        {
            Assert.False(_watch.Add(1, current: false));
        }

        Assert.InRange(_watch.Mean, 0.9, 1);
        Assert.Equal(0.1, _watch.Baseline, 6);
    }

    // A whole sample.
    private bool Add(double seconds)
    {
        var overload = false;
        for (var i = 0; i < 32; i++)
        {
            overload |= _watch.Add(seconds, current: true);
        }

        return overload;
    }
}
