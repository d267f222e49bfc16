namespace BatchOps.Engine.Tests.Support;

/// <summary>How an attempt of a <see cref="SimulatedRun"/> goes.</summary>
/// <param name="Seconds">How long it works.</param>
/// <param name="Outcome">What it reports then.</param>
internal sealed record Plan(double Seconds, AttemptOutcome<string> Outcome)
{
    /// <summary>Seconds from its stop to its end as canceled; null when it ignores its stop.</summary>
    public double? SecondsAfterStop { get; init; } = 0;

    public static Plan Success(double seconds = 1, string output = "ok") => new(seconds, AttemptOutcome<string>.Succeeded(output));

    public static Plan Failure(Exception error, double seconds = 1, string? output = null) => new(seconds, AttemptOutcome<string>.Failed(error, output));

    /// <summary>Works for ever unless it is told to stop.</summary>
    public static Plan Hang => Success(1e6);
}

/// <summary>One start of an attempt in a simulation.</summary>
internal sealed record SimulatedAttempt(SimulatedRun Owner, Lease<int, string> Lease, double StartedAt, Plan Plan)
{
    public long Index { get; } = Lease.Index;

    public int Number { get; } = Lease.Attempt;

    /// <summary>When the work ended; null while it goes on.</summary>
    public double? EndedAt { get; set; }

    /// <summary>When the work will end.</summary>
    public double EndsAt { get; set; } = StartedAt + Plan.Seconds;

    public bool Stopped { get; set; }

    public override string ToString() => $"{Index}.{Number} {StartedAt:0.###}..{EndsAt:0.###}";
}

/// <summary>
/// Runs under virtual time on the test's own thread: workers ask for leases as threads do, but their work is a plan.
/// The same schedule gives the same run, every time.
/// </summary>
internal sealed class Simulation
{
    private const int MaxSteps = 200_000;

    // Less than a tick of virtual time.
    private const double Tolerance = 5e-8;

    private readonly List<SimulatedRun> _runs = [];
    private readonly List<(double At, Action Action)> _events = [];
    private readonly List<SimulatedAttempt> _running = [];

    public VirtualTime Time { get; } = new();

    public double Now => Time.Elapsed.TotalSeconds;

    /// <summary>All attempts in the order of their starts.</summary>
    public List<SimulatedAttempt> Attempts { get; } = [];

    public IReadOnlyList<SimulatedRun> Runs => _runs;

    /// <summary>Attempts whose work goes on.</summary>
    public IReadOnlyList<SimulatedAttempt> Running => _running;

    /// <summary>Called when an attempt has started.</summary>
    public Action<SimulatedAttempt>? Started { get; set; }

    /// <summary>Called before an attempt reports its end.</summary>
    public Action<SimulatedAttempt>? Ending { get; set; }

    /// <summary>Called when all that can happen without time passing has happened.</summary>
    public Action? Quiet { get; set; }

    public SimulatedRun Start(BatchOptions options, Func<SimulatedAttemptKey, Plan> plan)
    {
        var run = new SimulatedRun(this, options with { TimeProvider = Time }, plan);
        _runs.Add(run);
        return run;
    }

    /// <summary>A run of <paramref name="count"/> items that all arrive at once.</summary>
    public SimulatedRun Start(BatchOptions options, int count, Func<SimulatedAttemptKey, Plan> plan)
    {
        var run = Start(options, plan);
        for (var i = 0; i < count; i++)
        {
            run.Offer(i);
        }

        run.EndOffers();
        return run;
    }

    /// <summary>Lets something happen at a time.</summary>
    public void At(double seconds, Action action) => _events.Add((seconds, action));

    /// <summary>Runs until all runs have ended.</summary>
    public void RunToEnd()
    {
        for (Settle(); _runs.Exists(static r => !r.Finished); Settle())
        {
            if (!Step(double.PositiveInfinity))
            {
                Assert.Fail($"Nothing can happen any more at {Now} s, but runs have not ended: {string.Join("; ", _runs.Where(static r => !r.Finished))}");
            }
        }
    }

    /// <summary>Runs until a time.</summary>
    public void RunUntil(double seconds)
    {
        for (Settle(); Step(seconds); Settle())
        {
        }

        Time.Run(TimeSpan.FromSeconds(seconds) - Time.Elapsed);
        Settle();
    }

    internal void Begin(SimulatedAttempt attempt)
    {
        Attempts.Add(attempt);
        _running.Add(attempt);
        Started?.Invoke(attempt);
    }

    private int _steps;

    private bool Step(double until)
    {
        var next = double.PositiveInfinity;
        foreach (var (at, _) in _events)
        {
            next = Math.Min(next, at);
        }

        foreach (var attempt in _running)
        {
            next = Math.Min(next, attempt.EndsAt);
        }

        next = Math.Min(next, Time.NextDue?.TotalSeconds ?? double.PositiveInfinity);
        if (double.IsInfinity(next) || next > until)
        {
            return false;
        }

        Assert.True(++_steps < MaxSteps, $"No end after {MaxSteps} steps, at {Now} s.");
        if (next > Now)
        {
            Time.Run(TimeSpan.FromTicks((long)Math.Round(next * TimeSpan.TicksPerSecond)) - Time.Elapsed);
        }
        else
        {
            Time.Run(TimeSpan.Zero);
        }

        Settle();
        Occur();
        return true;
    }

    /// <summary>What is due now, one after the other.</summary>
    private void Occur()
    {
        foreach (var due in _events.Where(e => e.At <= Now + Tolerance).ToList())
        {
            _events.Remove(due);
            due.Action();
            Settle();
        }

        foreach (var attempt in _running.Where(a => a.EndsAt <= Now + Tolerance).OrderBy(static a => a.EndsAt).ToList())
        {
            _running.Remove(attempt);
            attempt.EndedAt = Now;
            Ending?.Invoke(attempt);
            attempt.Owner.End(attempt);
            Settle();
        }
    }

    /// <summary>Until nothing more happens without time.</summary>
    private void Settle()
    {
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var run in _runs)
            {
                changed |= run.Settle();
            }

            foreach (var attempt in _running)
            {
                if (!attempt.Stopped && attempt.Lease.StopReason != OutcomeReason.None && attempt.Plan.SecondsAfterStop is { } seconds && attempt.EndsAt > Now + seconds)
                {
                    attempt.Stopped = true;
                    attempt.EndsAt = Now + seconds;
                }
            }
        }

        Quiet?.Invoke();
    }
}

/// <summary>Which attempt is to be planned.</summary>
internal readonly record struct SimulatedAttemptKey(long Index, int Number, int Input, double Now);

/// <summary>A run in a <see cref="Simulation"/>, with its feeder, workers and reader.</summary>
internal sealed class SimulatedRun
{
    private readonly Simulation _simulation;
    private readonly Func<SimulatedAttemptKey, Plan> _plan;
    private readonly Queue<(int Input, ItemTraits Traits)> _offers = new();
    private readonly List<Worker> _workers = [];
    private bool _offersEnded;

    public SimulatedRun(Simulation simulation, BatchOptions options, Func<SimulatedAttemptKey, Plan> plan)
    {
        _simulation = simulation;
        _plan = plan;
        Run = new BatchRun<int, string>(options);
        Run.Attach(() => _workers.Add(new Worker(this)));
    }

    public BatchRun<int, string> Run { get; }

    public RunSummary Summary => Run.Summary;

    /// <summary>Results in the order in which they left.</summary>
    public List<ItemResult<int, string>> Results { get; } = [];

    public IEnumerable<SimulatedAttempt> Attempts => _simulation.Attempts.Where(a => a.Owner == this);

    public int WorkersOpened => _workers.Count;

    /// <summary>Whether workers end an attempt and ask for the next one in one step.</summary>
    public bool Exchanges { get; set; } = true;

    /// <summary>Whether the reader takes results; one that does not holds the credits.</summary>
    public bool Reading { get; set; } = true;

    public bool Finished => Summary.Ended && Results.Count == Summary.Read && _offers.Count == 0;

    public ItemResult<int, string> Result(long index) => Results.Single(r => r.Index == index);

    public double StartOf(long index, int number = 1) => Attempts.Single(a => a.Index == index && a.Number == number).StartedAt;

    /// <summary>Gives the feeder an item; it posts it as soon as there is a credit.</summary>
    public void Offer(int input, ItemTraits? traits = null) => _offers.Enqueue((input, traits ?? ItemTraits.None));

    public void EndOffers() => _offersEnded = true;

    public override string ToString() => $"read {Summary.Read}, done {Summary.Done}, running {Summary.Running}, retrying {Summary.Retrying}, {_offers.Count} not posted";

    /// <summary>What feeder, workers and reader can do without time passing.</summary>
    public bool Settle()
    {
        var changed = false;
        while (_offers.TryPeek(out var offer) && Run.TryPost(offer.Input, offer.Traits))
        {
            _offers.Dequeue();
            changed = true;
        }

        if (_offersEnded && _offers.Count == 0)
        {
            _offersEnded = false;
            Run.CompleteAdding();
            changed = true;
        }

        changed |= Reading && Run.TakeResults(Results) > 0;
        for (var i = 0; i < _workers.Count; i++)
        {
            changed |= _workers[i].Settle();
        }

        return changed;
    }

    public void End(SimulatedAttempt attempt)
    {
        var worker = _workers.Single(w => w.Attempt == attempt);
        worker.End(attempt.Stopped ? AttemptOutcome<string>.Failed(new OperationCanceledException()) : attempt.Plan.Outcome);
    }

    private sealed class Worker
    {
        private readonly SimulatedRun _run;
        private readonly LeaseTaker<int, string> _taker;
        private bool _queued;
        private bool _left;

        public Worker(SimulatedRun run)
        {
            _run = run;
            LeaseTaker<int, string>? taker = null;

            // The scope that a taker enters must stay this worker's own.
            ExecutionContext.Run(ExecutionContext.Capture()!, _ => taker = run.Run.OpenTaker(), state: null);
            _taker = taker!;
        }

        public SimulatedAttempt? Attempt { get; private set; }

        public bool Settle()
        {
            if (_left || Attempt is not null)
            {
                return false;
            }

            if (!_queued)
            {
                if (!_run.Run.TryTake(_taker))
                {
                    _queued = true;
                    return true;
                }
            }
            else if (!_taker.Signal.Wait(0))
            {
                return false;
            }

            _queued = false;
            Begin();
            return true;
        }

        public void End(in AttemptOutcome<string> outcome)
        {
            var lease = Attempt!.Lease;
            Attempt = null;
            if (!_run.Exchanges)
            {
                _taker.Complete(lease, outcome);
            }
            else if (_run.Run.Exchange(lease, outcome, _taker))
            {
                Begin();
            }
            else
            {
                _queued = true;
            }
        }

        /// <summary>Begins what was granted; nothing granted means that the run has ended.</summary>
        private void Begin()
        {
            var lease = (Lease<int, string>?)_taker.Granted;
            _taker.Granted = null;
            if (lease is null)
            {
                _left = true;
                _taker.Dispose();
                return;
            }

            var now = _run._simulation.Now;
            Attempt = new SimulatedAttempt(_run, lease, now, _run._plan(new(lease.Index, lease.Attempt, lease.Input, now)));
            _run._simulation.Begin(Attempt);
        }
    }
}
