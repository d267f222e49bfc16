using BatchOps.Engine.Tests.Support;

namespace BatchOps.Engine.Tests.Admission;

/// <summary>Plays an <see cref="AdmissionSchedule"/> and checks, at each start and at the end, what the engine promises.</summary>
internal sealed class AdmissionAudit
{
    private const double Tolerance = 1e-6;

    // A timer may come up to a millisecond late.
    private const double Late = 0.0025;

    private readonly AdmissionSchedule _schedule;
    private readonly Simulation _simulation = new();
    private readonly BatchThrottle _throttle;
    private readonly Dictionary<SimulatedRun, RunPlan> _plans = [];
    private readonly Dictionary<SimulatedRun, List<ItemPlan>> _posted = [];
    private readonly Dictionary<object, SimulatedAttempt> _keyHolders = [];
    private readonly Dictionary<(SimulatedRun, long), SimulatedAttempt> _last = [];
    private readonly List<SimulatedAttempt> _firstStarts = [];
    private double _gate;

    public AdmissionAudit(AdmissionSchedule schedule)
    {
        _schedule = schedule;
        _throttle = new BatchThrottle(schedule.Throttle.Options, _simulation.Time);
        _simulation.Started = CheckStart;
        _simulation.Ending = NoteEnd;
        _simulation.Quiet = () =>
        {
            // Workers that were woken at the same time come in any order.
            _firstStarts.ForEach(CheckOrder);
            _firstStarts.Clear();
            CheckNothingWaitsNeedlessly();
        };
        foreach (var (plan, number) in schedule.Runs.Select((p, n) => (p, n)))
        {
            Add(plan, [.. schedule.Items.Where(i => i.Run % schedule.Runs.Length == number).OrderBy(i => i.PostAt)]);
        }
    }

    public void Play()
    {
        // A canceled run may have ended before its last item comes.
        _simulation.RunUntil(_schedule.Items.Select(i => i.PostAt).DefaultIfEmpty().Max());
        _simulation.RunToEnd();
        foreach (var (run, plan) in _plans)
        {
            CheckResults(run, plan);
            CheckSummary(run);
        }

        CheckRate();
        Assert.Equal((0, 0, 0), (_throttle.Runs, _throttle.InFlight, _simulation.Time.LiveTimers));

        // Abandoned work goes on and ends unnoticed.
        _simulation.RunUntil(_simulation.Now + 100);
        Assert.Equal((0, 0, 0), (_throttle.InFlight, _simulation.Time.LiveTimers, _throttle.Keys.Count));
    }

    private void Add(RunPlan plan, List<ItemPlan> items)
    {
        var run = _simulation.Start(plan.Options with { Throttle = _throttle }, a => items[(int)a.Index].Attempt(a.Number).Plan);
        run.Exchanges = plan.Exchanges;
        _plans[run] = plan;
        _posted[run] = items;
        foreach (var group in items.GroupBy(i => i.PostAt))
        {
            _simulation.At(group.Key, () =>
            {
                foreach (var item in group)
                {
                    run.Offer(item.Key, new ItemTraits { Key = item.Key, SerializeBy = item.SerializeBy, RateCost = item.Cost });
                }
            });
        }

        _simulation.At(items.Select(i => i.PostAt).DefaultIfEmpty().Max(), run.EndOffers);
        if (plan.CancelAt is { } cancelAt)
        {
            _simulation.At(cancelAt, run.Run.Cancel);
        }
    }

    private void CheckStart(SimulatedAttempt start)
    {
        var run = start.Owner;
        var plan = _plans[run];
        var now = start.StartedAt;
        var working = _simulation.Running.Where(a => !a.Owner.Summary.Ended).ToList();
        Assert.True(working.Count(a => a.Owner == run) <= run.Run.Cap, $"{start}: the run's limit is {run.Run.Cap}");
        Assert.True(working.Count <= (_throttle.CurrentLimit ?? int.MaxValue), $"{start}: the throttle's limit is {_throttle.CurrentLimit}");
        Assert.True(working.Count <= (_schedule.Throttle.Limit ?? int.MaxValue), $"{start}: the throttle's ceiling is exceeded");
        Assert.True(now >= _gate - Tolerance, $"{start}: the gate stands until {_gate}");
        Assert.True(run.Run.StopReason == OutcomeReason.None, $"{start}: the run has stopped ({run.Run.StopReason})");
        Assert.True(now <= (plan.RunTimeout ?? double.MaxValue), $"{start}: the run's deadline is over");

        Assert.NotEqual(BreakerState.Open, _throttle.Breaker);
        if (_throttle.Breaker == BreakerState.HalfOpen)
        {
            Assert.DoesNotContain(working, a => a != start && a.Lease.State == ItemState.Running && a.Lease.BreakerEpoch == start.Lease.BreakerEpoch);
        }

        if (_last.GetValueOrDefault((run, start.Index)) is { } before)
        {
            Assert.Equal(before.Number + 1, start.Number);
            Assert.NotNull(before.EndedAt);
            var first = run.StartOf(start.Index);
            Assert.True(now < first + (plan.ItemTimeout ?? double.MaxValue), $"{start}: the item's deadline is over");
            Assert.True(now >= before.EndedAt + Math.Min(60, plan.RetryDelay * Math.Pow(2, before.Number - 1)) - Tolerance, $"{start}: the retry is not due");
        }
        else
        {
            Assert.Equal(1, start.Number);
            Assert.True(run.Run.Clock.Between(start.Lease.QueuedAt, run.Run.Clock.Now).TotalSeconds <= (plan.WaitTimeout ?? double.MaxValue) + Late, $"{start}: waited too long");
            _firstStarts.Add(start);
        }

        if (plan.Sequential)
        {
            Assert.All(run.Attempts.Where(a => a.Index != start.Index), a => Assert.True(a.Lease.State is ItemState.Ended or ItemState.Abandoned, $"{start}: {a} has not ended"));
        }

        var previous = run.Attempts.LastOrDefault(a => a != start);
        Assert.True(previous is null || now - previous.StartedAt >= (plan.Stagger ?? 0) - Tolerance, $"{start}: too soon after {previous}");
        CheckKey(start);
        _last[(run, start.Index)] = start;
    }

    private void CheckKey(SimulatedAttempt start)
    {
        if (start.Lease.SerializeKey is not { } key)
        {
            return;
        }

        if (_keyHolders.TryGetValue(key, out var holder) && holder.Lease != start.Lease)
        {
            Assert.True(holder.Lease.State == ItemState.Ended || (holder.Lease.State == ItemState.Abandoned && holder.EndedAt is not null), $"{start}: {holder} holds its key");
        }

        _keyHolders[key] = start;
    }

    /// <summary>New items start in input order, but for those whose key is busy or that follow another one.</summary>
    private void CheckOrder(SimulatedAttempt start)
    {
        for (var index = 0; index < start.Index; index++)
        {
            Assert.False(CouldStart(start.Owner, index), $"{start}: item {index} comes first");
        }
    }

    private bool CouldStart(SimulatedRun run, int index)
    {
        var item = _posted[run][index];
        return index < run.Summary.Read
            && !_last.ContainsKey((run, index))
            && !HasEnded(run, index)
            && !(_plans[run].Deduplicate && _posted[run].Take(index).Any(i => i.Key == item.Key))
            && (item.SerializeBy is not { } key || _throttle.Keys.IsFree(key));
    }

    private bool HasEnded(SimulatedRun run, int index) => run.Results.Exists(r => r.Index == index) || EarlyButHeldBack(run);

    // In input order a result may be there that can't be seen yet.
    private bool EarlyButHeldBack(SimulatedRun run) => _plans[run] is { Ordered: true, WaitTimeout: not null };

    /// <summary>Whether a run stands still though nothing forbids a start.</summary>
    private void CheckNothingWaitsNeedlessly()
    {
        if (_throttle.Options.Rate is not null || _throttle.Breaker != BreakerState.Closed || _simulation.Now < _gate + Late || _throttle.InFlight >= (_throttle.CurrentLimit ?? int.MaxValue))
        {
            return;
        }

        foreach (var (run, plan) in _plans)
        {
            var lastStart = run.Attempts.LastOrDefault()?.StartedAt ?? double.MinValue;
            if (run.Run.StopReason != OutcomeReason.None
                || run.Summary.Ended
                || run.Summary.Running >= run.Run.Cap
                || _simulation.Now < lastStart + (plan.Stagger ?? 0) + Late
                || (plan.Sequential && run.Attempts.Any(a => a.Lease.State is not (ItemState.Ended or ItemState.Abandoned))))
            {
                continue;
            }

            for (var index = 0; index < run.Summary.Read; index++)
            {
                Assert.False(CouldStart(run, index), $"at {_simulation.Now}: item {index} waits though it could start ({run})");
            }
        }
    }

    private void NoteEnd(SimulatedAttempt attempt)
    {
        var reported = attempt.Stopped ? null : attempt.Plan.Outcome.RetryAfter;
        if (reported is { } wait && wait > TimeSpan.Zero && attempt.Lease.State == ItemState.Running)
        {
            _gate = Math.Max(_gate, attempt.EndedAt!.Value + wait.TotalSeconds);
        }
    }

    private void CheckResults(SimulatedRun run, RunPlan plan)
    {
        var items = _posted[run];
        Assert.Equal(Enumerable.Range(0, items.Count).Select(i => (long)i), run.Results.Select(r => r.Index).Order());
        if (plan.Ordered)
        {
            Assert.Equal(run.Results.Select(r => r.Index).Order(), run.Results.Select(r => r.Index));
        }

        foreach (var result in run.Results)
        {
            if (result.FromCache)
            {
                CheckFollower(run, items, result);
            }
            else
            {
                CheckResult(run, plan, items[(int)result.Index], result);
            }
        }
    }

    private static void CheckFollower(SimulatedRun run, List<ItemPlan> items, ItemResult<int, string> result)
    {
        var leader = run.Results.Where(r => items[(int)r.Index].Key == items[(int)result.Index].Key).MinBy(r => r.Index)!;
        Assert.False(leader.FromCache);
        Assert.Equal((leader.Status, leader.Reason, leader.Attempts, leader.Output), (result.Status, result.Reason, result.Attempts, result.Output));
        Assert.DoesNotContain(run.Attempts, a => a.Index == result.Index);
    }

    private void CheckResult(SimulatedRun run, RunPlan plan, ItemPlan item, ItemResult<int, string> result)
    {
        var attempts = run.Attempts.Where(a => a.Index == result.Index).ToList();
        var last = attempts.LastOrDefault();
        var what = $"item {result.Index}: {result.Status} {result.Reason} after {string.Join(", ", attempts)}";
        Assert.True(attempts.Count == result.Attempts, what);
        Assert.True(result.Attempts <= plan.Retries + 1, what);
        Assert.True(result.Errors.Count <= result.Attempts, what);
        Assert.True(result.Abandoned == (last?.Lease.State == ItemState.Abandoned), what);
        switch (result.Status)
        {
            case ItemStatus.Succeeded:
                Assert.True(last is { EndedAt: not null, Stopped: false, Plan.Outcome.Class: OutcomeClass.Success } && result.Output == "ok", what);
                break;
            case ItemStatus.Skipped:
                Assert.True(last is null && result.Reason is OutcomeReason.StopAbove or OutcomeReason.Deadline or OutcomeReason.AdmissionTimeout or OutcomeReason.BreakerOpen, what);
                break;
            case ItemStatus.Canceled:
                Assert.True(run.Run.StopReason == OutcomeReason.Canceled && result.Reason == OutcomeReason.Canceled, what);
                break;
            case ItemStatus.TimedOut:
                Assert.True(last is not null && result.Reason != OutcomeReason.None, what);
                break;
            default:
                Assert.True(last is { EndedAt: not null } and ({ Stopped: true } or { Plan.Outcome.Class: not OutcomeClass.Success }), what);
                break;
        }

        if (plan.IsPlain)
        {
            var (status, reason, count) = Expected(plan, item);
            Assert.True((status, reason, count) == (result.Status, result.Reason, result.Attempts), $"{what}; expected {status} {reason} after {count}");
        }
    }

    /// <summary>How an item ends when nothing but its own attempts decides.</summary>
    private static (ItemStatus Status, OutcomeReason Reason, int Attempts) Expected(RunPlan plan, ItemPlan item)
    {
        for (var number = 1; ; number++)
        {
            var attempt = item.Attempt(number);
            if (attempt.Outcome == OutcomeClass.Success)
            {
                return (ItemStatus.Succeeded, OutcomeReason.None, number);
            }

            var mayRepeat = attempt.Outcome is OutcomeClass.Transient or OutcomeClass.Throttled && number <= plan.Retries;
            if (!mayRepeat || attempt.RetryAfter > 5)
            {
                return (ItemStatus.Failed, mayRepeat ? OutcomeReason.RetryAfterTooLong : OutcomeReason.None, number);
            }
        }
    }

    private void CheckSummary(SimulatedRun run)
    {
        var summary = run.Summary;
        var results = run.Results;
        Assert.Equal(
            (results.Count, results.Count, results.Count),
            (summary.Read, summary.Done, summary.Emitted));
        Assert.Equal(
            [Count(ItemStatus.Succeeded), Count(ItemStatus.Failed), Count(ItemStatus.TimedOut), Count(ItemStatus.Canceled), Count(ItemStatus.Skipped)],
            new[] { summary.Succeeded, summary.Failed, summary.TimedOut, summary.Canceled, summary.Skipped });
        Assert.Equal((0, 0), (summary.Running, summary.Retrying));
        Assert.Equal(run.Attempts.Select(a => a.Index).Distinct().Count(), summary.Executed);
        Assert.Equal(run.Attempts.Count(), summary.Attempts);
        Assert.Equal(results.Count(r => r.FromCache), summary.FromCache);
        Assert.Equal(results.Count(r => r.Abandoned), summary.Abandoned);
        Assert.InRange(summary.PeakConcurrency, 0, _plans[run].Sequential ? 1 : _plans[run].Limit);
        Assert.InRange(summary.Duration, TimeSpan.Zero, _simulation.Time.Elapsed);

        // A canceled run ends within the grace; a last item may be read after that.
        if (_plans[run].CancelAt is { } cancelAt && run.Run.StopReason == OutcomeReason.Canceled)
        {
            Assert.True(summary.Duration.TotalSeconds <= cancelAt + _plans[run].Grace + Late, $"canceled at {cancelAt}, ended at {summary.Duration}");
        }

        long Count(ItemStatus status) => results.Count(r => r.Status == status);
    }

    private void CheckRate()
    {
        if (_schedule.Throttle.Rate is not { } rate)
        {
            return;
        }

        var starts = _simulation.Attempts.Select(a => (a.StartedAt, a.Lease.RateCost)).Where(s => s.RateCost > 0).ToList();
        for (var i = 0; i < starts.Count; i++)
        {
            var window = starts.Skip(i).TakeWhile(s => s.StartedAt < starts[i].StartedAt + rate.Window.TotalSeconds - Tolerance).ToList();
            Assert.True(window.Count == 1 || window.Sum(s => s.RateCost) <= rate.Used + Tolerance, $"{window.Sum(s => s.RateCost)} units in the window from {starts[i].StartedAt}");
        }
    }
}
