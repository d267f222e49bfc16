using System.Net;
using BatchOps.Engine;

namespace AdaptiveSimulation;

/// <summary>A service with a limit that its clients do not know.</summary>
public abstract class SimulatedService(string name)
{
    /// <summary>What the tables call it.</summary>
    public string Name => name;

    /// <summary>Seconds from a request's sending to its answer, without jitter.</summary>
    public double RoundTrip { get; init; } = 0.1;

    /// <summary>Share by which the round trip of a request may be longer or shorter.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>The Retry-After of a rejection in seconds; null for none.</summary>
    public double? RetryAfter { get; init; }

    /// <summary>The status of a rejection.</summary>
    public HttpStatusCode Rejection { get; init; } = HttpStatusCode.TooManyRequests;

    /// <summary>The most requests that it can grant between two times.</summary>
    public abstract double Capacity(double from, double to);

    /// <summary>A request has arrived. True when it is granted.</summary>
    public abstract bool Ask(double at);

    /// <summary>A request that was granted has been answered.</summary>
    public virtual void Answered()
    {
    }

    /// <summary>How long a request is on its way to the service, and then at work in it until its answer arrives.</summary>
    public virtual (double Sending, double Granted, double Rejected) Times(Random random)
    {
        var seconds = RoundTrip * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
        return (seconds / 2, seconds / 2, seconds / 2);
    }

    /// <summary>The exception that a client sees.</summary>
    public Exception Reject()
    {
        var error = new HttpRequestException("rejected", inner: null, Rejection);
        if (RetryAfter is { } seconds)
        {
            error.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(seconds);
        }

        return error;
    }
}

/// <summary>Grants so many requests per second, and a few at once: a token bucket.</summary>
/// <param name="name">What the tables call it.</param>
/// <param name="burst">Depth of the bucket.</param>
/// <param name="rates">From which second on how many per second.</param>
public sealed class BucketService(string name, double burst, params (double From, double PerSecond)[] rates) : SimulatedService(name)
{
    private double _used;
    private double _at;

    /// <inheritdoc/>
    public override double Capacity(double from, double to)
    {
        var sum = 0.0;
        for (var i = 0; i < rates.Length; i++)
        {
            var until = i + 1 < rates.Length ? rates[i + 1].From : double.PositiveInfinity;
            sum += Math.Max(0, Math.Min(to, until) - Math.Max(from, rates[i].From)) * rates[i].PerSecond;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override bool Ask(double at)
    {
        _used = Math.Max(0, _used - Capacity(_at, at));
        _at = at;
        if (_used > burst - 1)
        {
            return false;
        }

        _used++;
        return true;
    }
}

/// <summary>Grants so many requests in each window of a fixed clock.</summary>
public sealed class WindowService(string name, int permits, double window) : SimulatedService(name)
{
    private double _window = -1;
    private int _left;

    /// <inheritdoc/>
    public override double Capacity(double from, double to) => (to - from) * permits / window;

    /// <inheritdoc/>
    public override bool Ask(double at)
    {
        if (Math.Floor(at / window) is var current && current > _window)
        {
            _window = current;
            _left = permits;
        }

        return _left-- > 0;
    }
}

/// <summary>Works on so many requests at once and turns others away at once.</summary>
public sealed class SlotService(string name, int slots) : SimulatedService(name)
{
    private const double TurnAway = 0.02;

    private int _busy;

    /// <inheritdoc/>
    public override double Capacity(double from, double to) => (to - from) * slots / RoundTrip;

    /// <inheritdoc/>
    public override bool Ask(double at)
    {
        if (_busy == slots)
        {
            return false;
        }

        _busy++;
        return true;
    }

    /// <inheritdoc/>
    public override void Answered() => _busy--;

    /// <inheritdoc/>
    public override (double Sending, double Granted, double Rejected) Times(Random random) =>
        (0, RoundTrip * (1 + (Jitter * ((2 * random.NextDouble()) - 1))), TurnAway);
}
