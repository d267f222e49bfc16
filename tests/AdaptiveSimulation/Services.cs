using System.Net;

namespace AdaptiveSimulation;

/// <summary>The services that strategies are measured against.</summary>
public static class Services
{
    /// <summary>50 a second, 5 at once.</summary>
    public static SimulatedService FiftyPerSecond() => new BucketService("50/s, bucket 5", 5, (0, 50));

    /// <summary>50 a second, 50 at once, and a Retry-After.</summary>
    public static SimulatedService RetryAfter() => new BucketService("50/s, bucket 50, Retry-After 1 s", 50, (0, 50)) { RetryAfter = 1 };

    /// <summary>5 a second with a long way to it.</summary>
    public static SimulatedService FivePerSecond() => new BucketService("5/s, round trip 1 s", 5, (0, 5)) { RoundTrip = 1 };

    /// <summary>1 a second, 6 at once, with a long way to it: what 60 a minute come to.</summary>
    public static SimulatedService OnePerSecond() => new BucketService("1/s, bucket 6, round trip 1 s", 6, (0, 1)) { RoundTrip = 1 };

    /// <summary>500 a second.</summary>
    public static SimulatedService FiveHundredPerSecond() => new BucketService("500/s", 50, (0, 500));

    /// <summary>100 in each fixed window of 10 seconds.</summary>
    public static SimulatedService FixedWindow() => new WindowService("100 per fixed 10 s", 100, 10);

    /// <summary>10 at once, others get a 503.</summary>
    public static SimulatedService TenSlots() => new SlotService("10 slots", 10) { Rejection = HttpStatusCode.ServiceUnavailable };

    /// <summary>50 a second, then 20, then 80.</summary>
    public static SimulatedService Steps() => new BucketService("50/s, 20/s, 80/s in turn", 5, (0, 50), (StepDown, 20), (StepUp, 80));

    /// <summary>When <see cref="Steps"/> drops.</summary>
    public const double StepDown = 60;

    /// <summary>When <see cref="Steps"/> rises.</summary>
    public const double StepUp = 120;
}
