namespace BatchOps.Engine;

/// <summary>
/// A limit that falls to a share of what was seen to work when the service pushes back, returns to that plateau along
/// CUBIC's curve (RFC 9438, with a fixed time to return), rests there and then explores.
/// </summary>
/// <remarks>
/// One cut per epoch: attempts that started before the last cut met the load from before it and do not cut again.
/// When not even what starts after a cut comes through, single probes find out when the service is back.
/// </remarks>
internal abstract class CubicController(LatencyWatch latency, DeliveredRate delivered) : LimitController
{
    /// <summary>The limit before anything is known.</summary>
    public const int InitialLimit = 2;

    /// <summary>Share of the plateau that is left by a cut.</summary>
    public const double Beta = 0.85;

    /// <summary>Growth in a <see cref="Unit"/> before the first cut.</summary>
    public const double StartUpGrowth = 1.25;

    /// <summary>Units from a cut back to the plateau.</summary>
    public const double ReturnTime = 10;

    /// <summary>Share of <see cref="ReturnTime"/> after which higher values are explored.</summary>
    public const double ExploreAfter = 1.5;

    // Growth in a unit while exploring: from the first to the second in another return time.
    private const double ExploreGrowthFirst = 0.05;
    private const double ExploreGrowthLast = 0.10;

    // Cuts without any success in between after which the service counts as closed.
    private const int CutsUntilClosed = 1;

    // So many failed probes make it a closed window or an outage, not a bucket that ran dry.
    private const int LongClosed = 2;

    // A try costs a rejection at least. There are fifteen units and more from one to the next: 150 calls.
    private const double CallsPerUnit = 10;

    // Fewer successes between two closings tell nothing of what a window grants.
    private const int EnoughToTell = 10;

    // Seconds between probes. What is lost while nobody asks is more than a probe costs.
    private const double FirstProbeDelay = 0.2;
    private const double ProbeBackoff = 1.4;
    private const double MaxProbeDelay = 0.7;

    // Failures that name no limit (a reset, a 500) cut only when they come thick: three in ten, or two in a row.
    private const double ErrorMemory = 0.9;
    private const double ErrorLevel = 2;

    // Times are sums of seconds and stand for clock ticks.
    private const double Rounding = 1e-6;

    private double _plateau;
    private double _depth;
    private double _clean;
    private double _errors;
    private double _grownAt = double.NaN;
    private double _cutAt = double.NegativeInfinity;
    private int _cutsInRow;
    private double _probeAt;
    private double _probeDelay;
    private double _probedAt;
    private int _failedProbes;
    private double _openedAt;
    private long _sinceOpened;

    /// <summary>Whether the first cut is still to come.</summary>
    public bool StartingUp => _plateau == 0;

    /// <summary>What is believed to work, in the controller's own unit.</summary>
    public double Plateau => StartingUp ? Value : Math.Min(Value, _plateau);

    /// <summary>The highest limit that is allowed and of use.</summary>
    public int Ceiling { get; set; } = int.MaxValue;

    /// <summary>The limit in the controller's own unit; 0 until the first success.</summary>
    protected double Value { get; private set; }

    /// <summary>Whether nothing comes through, so that only probes are sent.</summary>
    protected bool Closed { get; private set; }

    /// <summary>When a probe may be sent, while <see cref="Closed"/>.</summary>
    protected double ProbeAt => _probeAt;

    /// <summary>How many probes are sent per second, while <see cref="Closed"/>.</summary>
    protected double ProbesPerSecond => 1 / _probeDelay;

    protected LatencyWatch Latency => latency;

    protected DeliveredRate Delivered => delivered;

    /// <summary>The rate that <see cref="Value"/> amounts to.</summary>
    protected abstract double ExpectedRate { get; }

    // Growth must not outrun its effect, which shows a round trip later.
    // Nor may trying more cost more than it brings: where calls are rare, as many seconds as it takes to have some answers.
    private double Unit => Math.Max(Math.Max(1, 2 * latency.Mean), StartingUp ? 0 : CallsPerUnit / ExpectedRate);

    // Long enough for a few successes; while it starts up, no longer than growth allows.
    private double Memory => Math.Max(Math.Max(0.5, latency.Mean), Value > 0 ? (StartingUp ? 5 : 20) / ExpectedRate : 0);

    public override double ReadyAt(double now) => Closed ? _probeAt : now;

    public override void Start(double now)
    {
        if (double.IsNaN(_grownAt))
        {
            _grownAt = _openedAt = now;
        }
    }

    public override void End(in AttemptEnd end)
    {
        Ceiling = end.Ceiling;
        switch (end.Class)
        {
            case OutcomeClass.Success:
                _errors *= ErrorMemory;
                Succeed(end);
                break;
            case OutcomeClass.Throttled:
                Reject(end);
                break;
            case OutcomeClass.Transient:
                _errors++;
                if (end.Signal != LimitSignal.None || _errors >= ErrorLevel)
                {
                    Reject(end);
                }

                break;
            case OutcomeClass.ItemFault:
                // The service is alive; that it takes more cannot be told from a failure.
                NoteAlive(end);
                break;
        }
    }

    /// <summary>Takes over at a value that is believed to be near the plateau.</summary>
    public void Resume(double value, double now)
    {
        Value = _plateau = value;
        _clean = ReturnTime * Unit;
        _cutAt = _grownAt = _openedAt = now;
        _sinceOpened = 0;
        _cutsInRow = 0;
        Closed = false;
    }

    /// <summary>Takes over from a controller that was just cut.</summary>
    public void ResumeCut(double plateau, double now)
    {
        Resume(plateau, now);
        Value = plateau * Beta;
        _depth = 1 - Beta;
        _clean = 0;
    }

    /// <summary>Whether an attempt shows that the last cut was enough.</summary>
    public bool IsRecoveredBy(in AttemptEnd end) => !Closed && !StartingUp && end.Class == OutcomeClass.Success && end.StartedAt >= _cutAt;

    /// <summary>The first value, from the first success.</summary>
    protected abstract double First(in AttemptEnd end);

    /// <summary>What a rate of successes means in the controller's own unit.</summary>
    public abstract double Of(double perSecond);

    /// <summary>What is known to work when the first rejection comes.</summary>
    protected abstract double FirstPlateau(double perSecond, in AttemptEnd end);

    /// <summary>Whether the limit is what bounds the load, so that a success says something about it.</summary>
    protected abstract bool Binds(in AttemptEnd end);

    private void Succeed(in AttemptEnd end)
    {
        var current = end.StartedAt >= _cutAt;
        var overloaded = latency.Add(end.Seconds, current);
        delivered.Add(end.Now, Memory);
        _sinceOpened++;
        if (Value == 0)
        {
            Value = First(end);
        }

        if (!current)
        {
            return;
        }

        var wasClosed = Closed;
        NoteAlive(end);
        if (overloaded)
        {
            Cut(end);
        }
        else if (!wasClosed)
        {
            Grow(end);
        }
    }

    private void NoteAlive(in AttemptEnd end)
    {
        if (end.StartedAt < _cutAt)
        {
            return;
        }

        _cutsInRow = 0;
        if (Closed)
        {
            Open(end.Now);
        }
    }

    private void Reject(in AttemptEnd end)
    {
        if (Closed)
        {
            if (end.StartedAt >= _probeAt - Rounding)
            {
                _failedProbes++;
                _probedAt = end.Now;
                _probeDelay = Math.Min(Math.Max(MaxProbeDelay, latency.Mean), _probeDelay * ProbeBackoff);
                _probeAt = end.Now + _probeDelay;
            }
        }
        else if (end.StartedAt >= _cutAt)
        {
            Cut(end);
            if (++_cutsInRow > CutsUntilClosed)
            {
                Close(end.Now);
            }
        }
    }

    private void Cut(in AttemptEnd end)
    {
        _clean = 0;
        _cutAt = _grownAt = end.Now;
        latency.Restart();
        if (Value == 0)
        {
            return;
        }

        var perSecond = delivered.Advance(end.Now, Memory);
        if (StartingUp)
        {
            _plateau = Math.Min(Value, end.Class == OutcomeClass.Success ? Of(perSecond) : FirstPlateau(perSecond, end));
        }
        else if (_cutsInRow == 0)
        {
            // A second cut before anything came through would tell nothing new about what works.
            _plateau = Math.Min(Math.Max(Value, _plateau), Of(perSecond));
        }

        Value = Math.Min(Value, _plateau) * Beta;
        _depth = 1 - (Value / _plateau);
    }

    private void Close(double now)
    {
        Closed = true;
        _failedProbes = 0;
        _probeDelay = Math.Max(FirstProbeDelay, latency.Mean);
        _probeAt = now + _probeDelay;
    }

    private void Open(double now)
    {
        Closed = false;
        _cutAt = _grownAt = now;
        if (StartingUp)
        {
            return;
        }

        if (_failedProbes < LongClosed)
        {
            Value = _plateau * Beta;
            _depth = 1 - Beta;
            return;
        }

        // What came through from opening to opening is what a service grants that counts in fixed windows. It opened
        // somewhere between the last two probes.
        var openedAt = (_probedAt + now) / 2;
        _plateau = _sinceOpened < EnoughToTell ? _plateau / 2 : Math.Min(_plateau, Of(_sinceOpened / (openedAt - _openedAt)));
        Value = _plateau;
        _clean = ReturnTime * Unit;
        _openedAt = openedAt;
        _sinceOpened = 0;
    }

    private void Grow(in AttemptEnd end)
    {
        var elapsed = Math.Clamp(end.Now - _grownAt, 0, Unit);
        _grownAt = end.Now;
        if (!Binds(end))
        {
            return;
        }

        if (StartingUp)
        {
            Value *= Math.Pow(StartUpGrowth, elapsed / Unit);
            return;
        }

        _clean += elapsed;
        var returnTime = ReturnTime * Unit;
        if (_clean < ExploreAfter * returnTime)
        {
            var distance = (_clean / returnTime) - 1;
            var depth = distance < 0 ? _depth : 1 - Beta;
            Value = Math.Max(Value, _plateau * (1 + (depth * distance * distance * distance)));
        }
        else
        {
            var share = Math.Min(1, (_clean / returnTime) - ExploreAfter);
            Value *= Math.Exp((ExploreGrowthFirst + (share * (ExploreGrowthLast - ExploreGrowthFirst))) * elapsed / Unit);
        }
    }
}
