using BatchOps.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>Random schedules of attempts against a model that is written the slow and plain way.</summary>
public sealed class CircuitBreakerProperties
{
    [Property(MaxTest = 500, Arbitrary = [typeof(CircuitBreakerProperties)])]
    public void Breaker_AgreesWithTheModel(BreakerSchedule schedule)
    {
        var time = new VirtualTime();
        var clock = new Clock(time);
        var breaker = new CircuitBreaker(schedule.BreakAfter, TimeSpan.FromSeconds(10), clock);
        var model = new Model(schedule.BreakAfter);
        var running = new List<(int Id, int Epoch)>();
        var started = 0;
        foreach (var step in schedule.Steps)
        {
            time.Run(step.Seconds);
            var now = clock.Now;
            if (step.Ends is { } outcome && running.Count > 0)
            {
                var place = step.Which % running.Count;
                var (id, epoch) = running[place];
                running.RemoveAt(place);
                Assert.Equal(model.End(id, outcome, time.Elapsed), breaker.End(outcome, epoch, now));
            }
            else
            {
                var passable = model.IsPassable(time.Elapsed);
                Assert.Equal(passable, breaker.ReadyAt(now) <= now);
                if (passable)
                {
                    breaker.Start();
                    running.Add((started, breaker.Epoch));
                    model.Start(started++);
                }
            }

            Assert.Equal((model.State(time.Elapsed), model.Trips), (Seen(), breaker.Trips));
        }

        BreakerState Seen()
        {
            breaker.ReadyAt(clock.Now);
            return breaker.State;
        }
    }

    public static Arbitrary<BreakerSchedule> Schedules()
    {
        var outcome = Gen.Frequency(
            (6, Gen.Constant(OutcomeClass.Transient)),
            (2, Gen.Constant(OutcomeClass.Success)),
            (1, Gen.Constant(OutcomeClass.ItemFault)),
            (1, Gen.Constant(OutcomeClass.Throttled)),
            (1, Gen.Constant(OutcomeClass.Canceled)));
        var step =
            from seconds in Gen.Frequency((6, Gen.Constant(0)), (2, Gen.Choose(1, 4)), (1, Gen.Choose(9, 11)))
            from ends in Gen.Frequency((1, Gen.Constant((OutcomeClass?)null)), (1, outcome.Select(o => (OutcomeClass?)o)))
            from which in Gen.Choose(0, 9)
            select new BreakerStep(seconds, ends, which);
        var schedule =
            from breakAfter in Gen.Choose(1, 4)
            from count in Gen.Choose(1, 120)
            from steps in Gen.ArrayOf(step, count)
            select new BreakerSchedule(breakAfter, steps);
        return Arb.From(schedule, static s => Enumerable.Range(0, s.Steps.Length).Select(i => s with { Steps = [.. s.Steps[..i], .. s.Steps[(i + 1)..]] }));
    }

    public sealed record BreakerStep(int Seconds, OutcomeClass? Ends, int Which);

    public sealed record BreakerSchedule(int BreakAfter, BreakerStep[] Steps)
    {
        public override string ToString() => $"breaks after {BreakAfter}: {string.Join("; ", Steps.Select(s => $"+{s.Seconds} {(s.Ends is { } e ? $"{e} {s.Which}" : "start")}"))}";
    }

    /// <summary>Keeps the whole history since the last change and looks at all of it each time.</summary>
    private sealed class Model(int breakAfter)
    {
        private readonly HashSet<int> _counted = [];
        private List<OutcomeClass> _history = [];
        private TimeSpan? _openedAt;
        private bool _halfOpen;
        private bool _probeOut;

        public int Trips { get; private set; }

        public BreakerState State(TimeSpan now)
        {
            if (_openedAt is { } opened && now >= opened + TimeSpan.FromSeconds(10))
            {
                Change();
                _halfOpen = true;
            }

            return _openedAt is not null ? BreakerState.Open : _halfOpen ? BreakerState.HalfOpen : BreakerState.Closed;
        }

        public bool IsPassable(TimeSpan now) => State(now) switch
        {
            BreakerState.Closed => true,
            BreakerState.HalfOpen => !_probeOut,
            _ => false,
        };

        public void Start(int id)
        {
            _counted.Add(id);
            _probeOut = _halfOpen;
        }

        /// <summary>True when the breaker closed.</summary>
        public bool End(int id, OutcomeClass outcome, TimeSpan now)
        {
            if (!_counted.Remove(id))
            {
                return false;
            }

            var alive = outcome is OutcomeClass.Success or OutcomeClass.ItemFault;
            if (_halfOpen)
            {
                _probeOut = false;
                if (alive)
                {
                    Change();
                    return true;
                }

                if (outcome == OutcomeClass.Transient)
                {
                    Open(now);
                }

                return false;
            }

            _history.Add(outcome);
            var inARow = _history.AsEnumerable().Reverse()
                .TakeWhile(o => o is not (OutcomeClass.Success or OutcomeClass.ItemFault))
                .Count(o => o == OutcomeClass.Transient);
            if (inARow >= breakAfter)
            {
                Open(now);
            }

            return false;
        }

        private void Open(TimeSpan now)
        {
            Change();
            _openedAt = now;
            Trips++;
        }

        private void Change()
        {
            _counted.Clear();
            _history = [];
            _openedAt = null;
            _halfOpen = false;
            _probeOut = false;
        }
    }
}
