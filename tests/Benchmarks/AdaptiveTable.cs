using System.Globalization;
using AdaptiveSimulation;
using BatchOps.Engine;

namespace Benchmarks;

/// <summary>Use and rejected share of each strategy against each service, as a table for the docs.</summary>
internal static class AdaptiveTable
{
    private const double Seconds = 180;
    private const int Seeds = 20;
    private const int Ceiling = 200;

    private static readonly Func<SimulatedService>[] AllServices =
        [Services.FiftyPerSecond, Services.RetryAfter, Services.FivePerSecond, Services.FiveHundredPerSecond, Services.FixedWindow, Services.TenSlots, Services.Steps];

    private static readonly (string Name, Func<TimeProvider, BatchThrottle> Throttle)[] Strategies =
    [
        ("fixed 5", static time => new(new ThrottleOptions { ThrottleLimit = 5 }, time)),
        ("fixed 20", static time => new(new ThrottleOptions { ThrottleLimit = 20 }, time)),
        ("fixed 100", static time => new(new ThrottleOptions { ThrottleLimit = 100 }, time)),
        ("Netflix AIMD", static time => new(new ThrottleOptions { ThrottleLimit = Ceiling }, time, new NetflixAimd())),
        ("AWS adaptive", static time => new(new ThrottleOptions { ThrottleLimit = Ceiling }, time, new AwsAdaptive())),
        ("*pace*", static time => new(new ThrottleOptions { ThrottleLimit = Ceiling }, time, new PaceController(new LatencyWatch(), new DeliveredRate()))),
        ("*conc*", static time => new(new ThrottleOptions { ThrottleLimit = Ceiling }, time, new ConcurrencyController(new LatencyWatch(), new DeliveredRate()))),
        ("**-Adaptive**", static time => new(new ThrottleOptions { ThrottleLimit = Ceiling, Adaptive = true }, time)),
    ];

    public static void Write(TextWriter writer)
    {
        writer.WriteLine($"| service, unknown to the client | {string.Join(" | ", Strategies.Select(static s => s.Name))} |");
        writer.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", Strategies.Length))}");
        foreach (var service in AllServices)
        {
            var cells = Strategies.Select(s => Measure(service, s.Throttle));
            writer.WriteLine($"| {service().Name} | {string.Join(" | ", cells)} |");
        }
    }

    private static string Measure(Func<SimulatedService> service, Func<TimeProvider, BatchThrottle> throttle)
    {
        var use = 0.0;
        var rejected = 0.0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var simulation = new ServiceSimulation(service(), seed, throttle, Ceiling).Run(Seconds);
            use += simulation.Use(0, Seconds) / Seeds;
            rejected += simulation.RejectedShare(0, Seconds) / Seeds;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(1, use) * 100:0.#} / {rejected * 100:0.##}");
    }
}
