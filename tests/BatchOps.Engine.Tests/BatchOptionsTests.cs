using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests;

public sealed class BatchOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreFine()
    {
        new BatchOptions().Validate();
        Assert.Equal((5, 256), (new BatchOptions().EffectiveLimit, new BatchOptions().EffectiveCredits));
    }

    [Fact]
    public void Validate_EverythingWrong_NamesAllInOneMessage()
    {
        var options = new BatchOptions
        {
            ThrottleLimit = 0,
            Retry = new RetryOptions { Count = -1, Delay = TimeSpan.FromSeconds(-1), MaxDelay = TimeSpan.FromSeconds(-2), MaxRetryAfter = TimeSpan.FromSeconds(-3) },
            AttemptTimeout = TimeSpan.Zero,
            ItemTimeout = TimeSpan.FromSeconds(-4),
            RunTimeout = TimeSpan.Zero,
            WaitTimeout = TimeSpan.Zero,
            GracePeriod = TimeSpan.FromSeconds(-5),
            Stagger = TimeSpan.FromSeconds(-6),
            SequentialAbove = 1.5,
            SequentialAboveThrottled = -0.5,
            StopAbove = double.NaN,
            Credits = 0,
            TotalCount = -1,
            Throttle = new BatchThrottle(timeProvider: new VirtualTime()),
            ThrottleOptions = new ThrottleOptions
            {
                ThrottleLimit = 0,
                BreakAfter = 0,
                BreakDuration = TimeSpan.Zero,
                Rate = new RateLimit(0, TimeSpan.FromSeconds(1)),
                CallRates = new Dictionary<string, RateLimit> { ["reads"] = new(10, TimeSpan.FromSeconds(1)) { Share = 2 } },
            },
        };

        var error = Assert.Throws<BatchOptionsException>(options.Validate);

        string[] expected =
        [
            "ThrottleLimit is 0", "RetryCount is -1", "RetryDelay is -1 s", "RetryMaxDelay is -2 s", "MaxRetryAfter is -3 s", "AttemptTimeout is 0 s", "ItemTimeout is -4 s",
            "RunTimeout is 0 s", "WaitTimeout is 0 s", "GracePeriod is -5 s", "Stagger is -6 s", "SequentialAbove is 1.5", "SequentialAboveThrottled is -0.5", "StopAbove is NaN",
            "Credits is 0", "TotalCount is -1", "Throttle and ThrottleOptions are both given", "different TimeProviders", "BreakAfter is 0", "BreakDuration is 0 s",
            "Rate is 0/1s", "CallRates['reads'] uses a share of 2",
        ];
        Assert.All(expected, e => Assert.Contains(e, error.Message, StringComparison.Ordinal));
        Assert.All(error.Errors, e => Assert.Contains("- " + e, error.Message, StringComparison.Ordinal));
        Assert.Equal(expected.Length + 1, error.Errors.Count); // ThrottleLimit stands in both
        Assert.Throws<BatchOptionsException>(() => new BatchRun<int, string>(options));
        Assert.Equal(0, options.Throttle.Runs);
    }

    [Fact]
    public void Validate_OneError_IsTheMessage()
    {
        var error = Assert.Throws<BatchOptionsException>(new BatchOptions { ThrottleLimit = 100_001 }.Validate);

        Assert.Equal("ThrottleLimit is 100001; it must lie between 1 and 100000.", error.Message);
    }

    [Theory]
    [InlineData(10, 20, "burst of 20")]
    [InlineData(10, 0.5, "burst of 0.5")]
    [InlineData(10, double.NaN, "burst of NaN")]
    [InlineData(double.PositiveInfinity, 1, "must both be more than 0")]
    public void Throttle_RateThatCannotWork_IsRefused(double permits, double burst, string message)
    {
        var error = Assert.Throws<BatchOptionsException>(() => new BatchThrottle(new() { Rate = new RateLimit(permits, TimeSpan.FromSeconds(1)) { Burst = burst } }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Throttle_SlowRate_ABurstOfOneIsFine() =>
        Assert.Equal(0.8, new BatchThrottle(new() { Rate = RateLimit.Parse("1/day") }).Options.Rate!.Used);

    [Theory]
    [InlineData(5, false, 256)]
    [InlineData(32, false, 256)]
    [InlineData(100, false, 800)]
    [InlineData(100, true, 256)]
    public void Credits_FollowTheLimit(int limit, bool sequential, int credits) =>
        Assert.Equal(credits, new BatchOptions { ThrottleLimit = limit, Sequential = sequential }.EffectiveCredits);

    [Fact]
    public void Sequential_WinsOverTheLimit() => Assert.Equal(1, new BatchOptions { ThrottleLimit = 9, Sequential = true }.EffectiveLimit);

    [Theory]
    [InlineData(5, 8, 5)]
    [InlineData(8, 5, 5)]
    [InlineData(8, null, 8)]
    public void Limit_OfTheRun_IsItsOwnCapBelowTheThrottles(int own, int? throttle, int first)
    {
        var run = new BatchRun<int, string>(new BatchOptions { ThrottleLimit = own, Throttle = new BatchThrottle(new() { ThrottleLimit = throttle }) });

        Assert.Equal(new LimitChange(TimeSpan.Zero, first), Assert.Single(run.Summary.Limits));
        run.Cancel();
    }
}
