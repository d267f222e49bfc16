namespace BatchOps.Engine;

/// <summary>Chooses between pacing and a concurrency window by what the service lets be seen.</summary>
/// <remarks>
/// A Retry-After or rate-limit headers speak for pacing, a 503 or a timeout for the window. Where rejections say
/// neither, each is tried for a while and the better one kept, until a signal says otherwise. Until the first cut it is
/// the window that grows: a rate that is guessed from the first attempt alone would hold short items back.
/// </remarks>
internal sealed class AdaptiveLimit : LimitController
{
    /// <summary>Seconds (or round trips, where those are longer) that each of the two is tried for.</summary>
    public const double TrialTime = 20;

    // A trial also needs enough attempts to tell.
    private const int TrialAttempts = 20;

    // A rejected attempt is held against a controller as so many that it did not deliver.
    private const double RejectionCost = 2;

    // A short trial flatters the window, which starts it at a load that pacing has found.
    private const double WindowLead = 1.05;

    // How fast old signals fade with new ones, and by how much the newer kind must outweigh the other.
    private const double SignalMemory = 0.9;
    private const double SignalLead = 2;

    private readonly LatencyWatch _latency = new();
    private readonly DeliveredRate _delivered = new();
    private readonly PaceController _pace;
    private readonly ConcurrencyController _window;
    private CubicController _active;
    private Phase _phase;
    private double _phaseSince;
    private int _succeeded;
    private int _rejected;
    private double _paceScore;
    private double _rateSignals;
    private double _concurrencySignals;

    public AdaptiveLimit()
    {
        _pace = new PaceController(_latency, _delivered);
        _window = new ConcurrencyController(_latency, _delivered);
        _active = _window;
    }

    private enum Phase
    {
        StartingUp,
        TryingPace,
        TryingWindow,
        Kept,
    }

    public override int Limit => _active.Limit;

    public override double? Rate => _active.Rate;

    public override double ReadyAt(double now) => _active.ReadyAt(now);

    public override void Start(double now) => _active.Start(now);

    public override void End(in AttemptEnd end)
    {
        // Whichever takes over must not begin above it.
        _pace.Ceiling = _window.Ceiling = end.Ceiling;
        NoteSignal(end);
        var startingUp = _active.StartingUp;
        _active.End(end);
        if (startingUp && !_active.StartingUp && _concurrencySignals <= SignalLead * _rateSignals)
        {
            _pace.ResumeCut(_pace.Of(_delivered.PerSecond), end.Now);
            _active = _pace;
        }

        NoteTrial(end);
    }

    private void NoteSignal(in AttemptEnd end)
    {
        if (end.Signal == LimitSignal.None)
        {
            return;
        }

        _rateSignals *= SignalMemory;
        _concurrencySignals *= SignalMemory;
        CubicController named;
        if (end.Signal == LimitSignal.Rate)
        {
            _rateSignals++;
            named = _rateSignals > SignalLead * _concurrencySignals ? _pace : _active;
        }
        else
        {
            _concurrencySignals++;
            named = _concurrencySignals > SignalLead * _rateSignals ? _window : _active;
        }

        if (named != _active && !_active.StartingUp)
        {
            Switch(named, named == _pace ? _window.SustainedRate : _pace.SustainedConcurrency, end.Now);
        }

        _phase = Phase.Kept;
    }

    private void NoteTrial(in AttemptEnd end)
    {
        switch (end.Class)
        {
            case OutcomeClass.Success:
                _succeeded++;
                break;
            case OutcomeClass.Throttled or OutcomeClass.Transient:
                _rejected++;
                break;
        }

        switch (_phase)
        {
            case Phase.StartingUp when _active.IsRecoveredBy(end):
                Enter(Phase.TryingPace, end.Now);
                break;
            case Phase.TryingPace when TrialEnded(end.Now):
                _paceScore = Score(end.Now);
                Switch(_window, _pace.SustainedConcurrency, end.Now);
                Enter(Phase.TryingWindow, end.Now);
                break;
            case Phase.TryingWindow when TrialEnded(end.Now):
                if (Score(end.Now) <= _paceScore * WindowLead)
                {
                    Switch(_pace, _pace.Plateau, end.Now);
                }

                Enter(Phase.Kept, end.Now);
                break;
        }
    }

    private bool TrialEnded(double now) =>
        now - _phaseSince >= TrialTime * Math.Max(1, _latency.Mean) && _succeeded + _rejected >= TrialAttempts;

    private double Score(double now) => (_succeeded - (RejectionCost * _rejected)) / (now - _phaseSince);

    private void Enter(Phase phase, double now)
    {
        _phase = phase;
        _phaseSince = now;
        _succeeded = 0;
        _rejected = 0;
    }

    /// <summary>Hands over at the load that was seen to work.</summary>
    private void Switch(CubicController to, double value, double now)
    {
        to.Resume(value, now);
        _active = to;
    }
}
