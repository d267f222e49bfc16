namespace BatchOps.Engine;

/// <summary>How many attempts succeed per second lately: an exponentially weighted mean, whose memory may change.</summary>
internal sealed class DeliveredRate
{
    private double _rate;
    private double _weight;
    private double _at = double.NaN;

    /// <summary>The latest estimate; 0 before the second success.</summary>
    public double PerSecond { get; private set; }

    /// <summary>Counts a success.</summary>
    /// <param name="now">When it was.</param>
    /// <param name="memory">Time constant of the mean, in seconds.</param>
    public void Add(double now, double memory)
    {
        Advance(now, memory);
        _rate += 1 / memory;

        // Looked at right after a success, it stands half of one above its mean.
        PerSecond = _weight > 0 ? (_rate - (0.5 / memory)) / _weight : 0;
    }

    /// <summary>Lets time pass without a success, and returns the rate after it.</summary>
    public double Advance(double now, double memory)
    {
        if (double.IsNaN(_at))
        {
            _at = now;
        }
        else if (now > _at)
        {
            var kept = Math.Exp((_at - now) / memory);
            _rate *= kept;

            // The share of the memory that has been seen: without it the start would be underrated.
            _weight = 1 - ((1 - _weight) * kept);
            _at = now;
        }

        return _weight > 0 ? _rate / _weight : 0;
    }
}
