namespace BatchOps.Distributed;

/// <summary>The times by which shares of a limit are kept.</summary>
/// <remarks>
/// A worker asks at r; the elected one hears it at a, and grants at g. It says that it held the request for H = g - a, by its
/// own clock. Since a is not before r, r + H is not after g. The worker starts after the grant has come, so not before g, and
/// not after r + H + D, so not after g + D. The starts in a window of length W that begins at t were therefore granted from
/// t - D to t + W, a span of W + D, and the elected one's limiter admits no more than the stated units in any span of W + D.
/// A newly elected one knows no grants of the one before it; those were made before its election e, and are used by e + D,
/// so that it may grant from e + W + D on, or at once when there were none (<see cref="RateClaims"/>). No two clocks are compared; only their pace has to agree.
/// </remarks>
internal static class RateLapse
{
    // How much one clock may run faster than the other.
    private const double Drift = 1e-4;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>D: how long after its grant a share may be used.</summary>
    public static TimeSpan Of(RateMessage rate) => TimeSpan.FromSeconds(Math.Clamp(rate.WindowSeconds / 10, Shortest.TotalSeconds, Longest.TotalSeconds));

    /// <summary>W + D: the window of the limiter that grants.</summary>
    public static TimeSpan GrantWindow(RateMessage rate) => TimeSpan.FromSeconds(rate.WindowSeconds) + Of(rate);

    /// <summary>H + D: how long after its asking a worker may use a share.</summary>
    public static TimeSpan UsableFor(RateMessage rate, double heldSeconds) => TimeSpan.FromSeconds(heldSeconds * (1 - Drift)) + Of(rate);
}
