namespace BatchOps.Engine;

/// <summary>Smoothed round-trip times, and whether they say that the service is overloaded.</summary>
/// <remarks>
/// Overload is a median above twice the baseline: a slow item among others means nothing, as items differ. If less load does not shorten the times then load was not the cause: the new level is the
/// baseline from then on, or a service that just became slower would be strangled.
/// </remarks>
internal sealed class LatencyWatch
{
    /// <summary>A median above the baseline times this is overload.</summary>
    public const double OverloadRatio = 2;

    private const int SampleSize = 32;

    // A queue shortens with the load; of a cut of 15 % at least a third must show.
    private const double Relief = 0.95;

    private readonly double[] _sample = new double[SampleSize];
    private int _count;
    private double _beforeCut;
    private bool _settling;

    /// <summary>Smoothed time of an attempt in seconds; 0 before the first.</summary>
    public double Mean { get; private set; }

    /// <summary>The time without overload; 0 before the first full sample.</summary>
    public double Baseline { get; private set; }

    /// <summary>The best guess at the time without overload.</summary>
    public double Unloaded => Baseline > 0 ? Baseline : Mean;

    /// <summary>Notes a success's time. True when a sample is full and says overload.</summary>
    /// <param name="seconds">The time.</param>
    /// <param name="current">Whether it was all spent under the present limit.</param>
    public bool Add(double seconds, bool current)
    {
        Mean = Mean == 0 ? seconds : Mean + (0.1 * (seconds - Mean));
        if (!current)
        {
            return false;
        }

        _sample[_count++] = seconds;
        if (_count < SampleSize)
        {
            return false;
        }

        Array.Sort(_sample);
        var sample = _sample[SampleSize / 2];
        Restart();
        if (_settling)
        {
            // What had queued up before the cut has to drain first.
            _settling = false;
            return false;
        }

        var unrelieved = _beforeCut > 0 && sample > _beforeCut * Relief;
        if (Baseline == 0 || sample < Baseline || unrelieved)
        {
            Baseline = Baseline == 0 || unrelieved ? sample : Baseline + (0.5 * (sample - Baseline));
        }

        var overload = sample > Baseline * OverloadRatio;
        _beforeCut = overload ? sample : 0;
        _settling = overload;
        return overload;
    }

    /// <summary>Begins a new sample: the load has changed.</summary>
    public void Restart()
    {
        _count = 0;
    }
}
