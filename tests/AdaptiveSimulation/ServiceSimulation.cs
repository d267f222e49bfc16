using BatchOps.Engine;

namespace AdaptiveSimulation;

/// <summary>
/// A run of the engine with an unlimited backlog against a <see cref="SimulatedService"/>, in virtual time: real
/// admission, one attempt an item.
/// </summary>
internal sealed class ServiceSimulation
{
    // The clock has no finer times.
    private const double Tick = 1e-7;

    private readonly SimulatedClock _clock = new();
    private readonly SimulatedService _service;
    private readonly Random _random;
    private readonly BatchRun<int, int> _run;
    private readonly PriorityQueue<Request, (double At, int Order)> _events = new();
    private readonly Stack<LeaseTaker<int, int>> _idle = new();
    private readonly Queue<LeaseTaker<int, int>> _fresh = new();
    private readonly List<ItemResult<int, int>> _results = [];
    private int _order;

    /// <summary>Prepares a run.</summary>
    /// <param name="service">The service.</param>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="throttle">What limits the run, given its clock.</param>
    /// <param name="throttleLimit">The run's own cap.</param>
    public ServiceSimulation(SimulatedService service, int seed, Func<TimeProvider, BatchThrottle> throttle, int throttleLimit = 200)
    {
        _service = service;
        _random = new Random(seed);
        Throttle = throttle(_clock);
        _run = new BatchRun<int, int>(new BatchOptions { ThrottleLimit = throttleLimit, Throttle = Throttle, TimeProvider = _clock, Random = new Random(seed) });
        _run.Attach(Open);
    }

    /// <summary>When each granted request arrived at the service.</summary>
    public List<double> Granted { get; } = [];

    /// <summary>When each rejected request arrived at the service.</summary>
    public List<double> Rejected { get; } = [];

    public BatchThrottle Throttle { get; }

    public RunSummary Summary => _run.Summary;

    public double Now => _clock.Now;

    /// <summary>Share of the service's capacity that was used.</summary>
    public double Use(double from, double to) => Count(Granted, from, to) / _service.Capacity(from, to);

    /// <summary>Share of the requests that were rejected.</summary>
    public double RejectedShare(double from, double to) =>
        Count(Rejected, from, to) / Math.Max(1.0, Count(Rejected, from, to) + Count(Granted, from, to));

    /// <summary>The end of the first window of that length in which that share of the capacity was used.</summary>
    public double Reached(double share, double from = 0, double window = 2)
    {
        for (var (first, last) = (0, 0); last < Granted.Count; last++)
        {
            while (Granted[first] <= Granted[last] - window || Granted[first] < from)
            {
                first++;
                if (first > last)
                {
                    break;
                }
            }

            if (Granted[last] - window >= from && last - first + 1 >= share * _service.Capacity(Granted[last] - window, Granted[last]))
            {
                return Granted[last];
            }
        }

        return double.PositiveInfinity;
    }

    /// <summary>Most granted requests in any window of that length.</summary>
    public int MostIn(double window)
    {
        var most = 0;
        for (var (first, last) = (0, 0); last < Granted.Count; last++)
        {
            while (Granted[first] <= Granted[last] - window)
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    /// <summary>Runs for so many seconds; what was under way then is left as it is.</summary>
    public ServiceSimulation Run(double seconds)
    {
        for (Settle(); Next() is var next && next <= seconds; Settle())
        {
            _clock.MoveTo(next);

            // Whoever the timer woke must be off the stack before others rest on it.
            Wake();
            while (_events.TryPeek(out var request, out var due) && due.At <= _clock.Now + Tick)
            {
                _events.Dequeue();
                Occur(request);
            }
        }

        return this;
    }

    private static double Count(List<double> times, double from, double to) => times.Count(at => at >= from && at < to);

    private double Next() => Math.Min(_clock.NextDue, _events.TryPeek(out _, out var due) ? due.At : double.PositiveInfinity);

    private void Open()
    {
        LeaseTaker<int, int>? taker = null;

        // The scope that a taker enters must stay this worker's own.
        ExecutionContext.Run(ExecutionContext.Capture()!, _ => taker = _run.OpenTaker(), state: null);
        _fresh.Enqueue(taker!);
    }

    private void Settle()
    {
        while (_run.TryPost(0, ItemTraits.None))
        {
        }

        Wake();
    }

    private void Wake()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            while (_fresh.TryDequeue(out var fresh))
            {
                changed = true;
                if (_run.TryTake(fresh))
                {
                    Send(fresh);
                }
                else
                {
                    _idle.Push(fresh);
                }
            }

            // The engine wakes the one that rested last.
            while (_idle.TryPeek(out var rested) && rested.Signal.Wait(0))
            {
                changed = true;
                _idle.Pop();
                Send(rested);
            }
        }
    }

    private void Send(LeaseTaker<int, int> taker)
    {
        var lease = (Lease<int, int>)taker.Granted!;
        taker.Granted = null;
        var times = _service.Times(_random);
        Plan(new Request(taker, lease, times.Granted, times.Rejected), times.Sending);
    }

    private void Plan(Request request, double seconds) => _events.Enqueue(request, (_clock.Now + seconds, _order++));

    private void Occur(Request request)
    {
        if (!request.Arrived)
        {
            request.Arrived = true;
            request.IsGranted = _service.Ask(_clock.Now);
            (request.IsGranted ? Granted : Rejected).Add(_clock.Now);
            Plan(request, request.IsGranted ? request.GrantedSeconds : request.RejectedSeconds);
            return;
        }

        if (request.IsGranted)
        {
            _service.Answered();
        }

        var outcome = request.IsGranted ? AttemptOutcome<int>.Succeeded(0) : AttemptOutcome<int>.Failed(_service.Reject());
        if (_run.Exchange(request.Lease, outcome, request.Taker))
        {
            Send(request.Taker);
        }
        else
        {
            _idle.Push(request.Taker);
        }

        _results.Clear();
        _run.TakeResults(_results);
        Settle();
    }

    private sealed class Request(LeaseTaker<int, int> taker, Lease<int, int> lease, double grantedSeconds, double rejectedSeconds)
    {
        public LeaseTaker<int, int> Taker => taker;

        public Lease<int, int> Lease => lease;

        public double GrantedSeconds => grantedSeconds;

        public double RejectedSeconds => rejectedSeconds;

        public bool Arrived { get; set; }

        public bool IsGranted { get; set; }
    }
}
