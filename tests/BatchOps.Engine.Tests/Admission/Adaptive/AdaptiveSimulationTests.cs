using AdaptiveSimulation;

namespace BatchOps.Engine.Tests.Admission.Adaptive;

/// <summary>
/// What adaptive limits make of services whose limits they do not know: 180 s of virtual time in the real engine with
/// an unlimited backlog, means over 20 seeds.
/// </summary>
public sealed class AdaptiveSimulationTests(ITestOutputHelper output)
{
    private const double Seconds = 180;
    private const int Seeds = 20;
    private const int Ceiling = 200;

    private static readonly ThrottleOptions Adaptive = new() { ThrottleLimit = Ceiling, Adaptive = true };

    [Fact]
    public void FiftyPerSecond_IsFoundAndUsed()
    {
        var runs = Run(Services.FiftyPerSecond, Adaptive);

        AssertUse(runs, atLeast: 0.95, rejected: 0.005);
        Assert.All(runs, static run => Assert.InRange(run.Reached(0.9), 0, 20));
        Assert.All(runs, static run => Assert.NotNull(run.Throttle.CurrentRate));
    }

    [Fact]
    public void FivePerSecond_LongRoundTrip_IsFoundAndUsed() => AssertUse(Run(Services.FivePerSecond, Adaptive), atLeast: 0.93, rejected: 0.02);

    [Fact]
    public void OnePerSecond_IsTriedAgainByTheNumberOfCallsNotOfSeconds()
    {
        var runs = Run(Services.OnePerSecond, Adaptive, seconds: 600);

        AssertUse(runs, atLeast: 0.95, rejected: 0.03, seconds: 600);
    }

    [Fact]
    public void TenSlots_503_AreFoundAndUsedByAWindow()
    {
        var runs = Run(Services.TenSlots, Adaptive);

        AssertUse(runs, atLeast: 0.95, rejected: 0.005);
        Assert.All(runs, static run => Assert.Null(run.Throttle.CurrentRate));
    }

    [Fact]
    public void TenSlots_ConcurrencyController_AreUsed() =>
        AssertUse(Run(Services.TenSlots, Adaptive, static () => new ConcurrencyController(new LatencyWatch(), new DeliveredRate())), atLeast: 0.95, rejected: 0.005);

    [Fact]
    public void TenSlots_429_TrialKeepsTheWindow()
    {
        var runs = Run(static () => new SlotService("10 slots", 10), Adaptive);

        Assert.All(runs, static run => Assert.Null(run.Throttle.CurrentRate));
        Assert.InRange(runs.Average(static run => run.Use(60, Seconds)), 0.95, 1);
    }

    [Fact]
    public void HundredPerFixedWindow_IsFoundAndUsed() => AssertUse(Run(Services.FixedWindow, Adaptive), atLeast: 0.98, rejected: 0.05);

    [Fact]
    public void RetryAfter_IsFoundAndUsed_NothingArrivesInsideTheGate()
    {
        var runs = Run(Services.RetryAfter, Adaptive);

        AssertUse(runs, atLeast: 0.95, rejected: 0.005);
        Assert.All(runs, static run => Assert.NotNull(run.Throttle.CurrentRate));
    }

    [Fact]
    public void CapacitySteps_AreFollowed()
    {
        var runs = Run(Services.Steps, Adaptive);

        Assert.All(runs, static run => Assert.InRange(run.RejectedShare(Services.StepDown + 10, Services.StepUp), 0, 0.01));
        Assert.All(runs, static run => Assert.InRange(run.Reached(0.9, Services.StepUp) - Services.StepUp, 0, 60));
    }

    [Fact]
    public void StatedLimit_NeverAboveTheUsedShareInAnyWindow_NothingRejected()
    {
        var options = Adaptive with { Rate = new RateLimit(50, TimeSpan.FromSeconds(1)) };

        // Without jitter requests arrive as they were sent, so that the service's windows are those of the limit.
        var runs = Run(static () => new BucketService("50/s stated", 10, (0, 50)) { Jitter = 0 }, options);

        Assert.All(runs, static run => Assert.Empty(run.Rejected));
        Assert.All(runs, static run => Assert.InRange(run.MostIn(1 - 1e-6), 1, 40));
        Assert.All(runs, static run => Assert.InRange(run.Use(20, Seconds), 0.79, 0.8 + 1e-3));
    }

    [Fact]
    public void Limits_ShowTheRamp()
    {
        var run = Run(Services.FiftyPerSecond, Adaptive).First();

        Assert.Equal(2, run.Summary.Limits[0].Limit);
        var ramp = run.Summary.Limits.TakeWhile(static change => change.Elapsed < TimeSpan.FromSeconds(4)).Select(static change => change.Limit).ToList();
        Assert.Equal(ramp.Order(), ramp);
        Assert.InRange(ramp.Count, 3, 6);
        Assert.InRange(ramp[^1], 4, 10);
    }

    [Fact]
    public void Ceiling_IsNeverPassedAndKeptFull()
    {
        var runs = Run(Services.FiveHundredPerSecond, Adaptive with { ThrottleLimit = 20 });

        Assert.All(runs, static run => Assert.Equal(20, run.Throttle.PeakInFlight));
        Assert.All(runs, static run => Assert.Empty(run.Rejected));
        Assert.All(runs, static run => Assert.InRange(run.Granted.Count(static at => at >= 60) / (Seconds - 60), 195, 205));
    }

    private static List<ServiceSimulation> Run(Func<SimulatedService> service, ThrottleOptions options, Func<LimitController>? controller = null, double seconds = Seconds) =>
        [.. Enumerable.Range(1, Seeds).AsParallel().AsOrdered().Select(seed =>
            new ServiceSimulation(service(), seed, time => controller is null ? new BatchThrottle(options, time) : new BatchThrottle(options, time, controller()), Ceiling).Run(seconds))];

    private void AssertUse(List<ServiceSimulation> runs, double atLeast, double rejected, double seconds = Seconds)
    {
        var use = runs.Average(run => run.Use(0, seconds));
        var share = runs.Average(run => run.RejectedShare(0, seconds));
        output.WriteLine($"use {use:p1} (least {runs.Min(run => run.Use(0, seconds)):p1}), rejected {share:p2} (most {runs.Max(run => run.RejectedShare(0, seconds)):p2})");

        Assert.InRange(use, atLeast, 1.01);
        Assert.InRange(share, 0, rejected);
    }
}
