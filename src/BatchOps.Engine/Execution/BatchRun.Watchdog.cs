namespace BatchOps.Engine;

// What time does to the run's items. One look over all of them when the earliest of their deadlines has come, not a
// timer for each.
public abstract partial class BatchRun
{
    /// <summary>Ends what has run out of time. Returns when to look again. Under the lock.</summary>
    internal long Sweep(long now)
    {
        if (Summary.Ended)
        {
            return Clock.Never;
        }

        var next = Clock.Never;
        if (_deadline <= now)
        {
            _deadline = Clock.Never;
            Stop(OutcomeReason.Deadline, now);
        }
        else
        {
            next = _deadline;
        }

        next = Math.Min(next, SweepAtWork(now));
        next = Math.Min(next, SweepRetrying(now));
        next = Math.Min(next, SweepWaiting(now));
        EndIfDone(now);
        return Summary.Ended ? Clock.Never : next;
    }

    private void RequestStop(Lease lease, OutcomeReason reason, long now)
    {
        if (lease.State != ItemState.Running || lease.StopReason != OutcomeReason.None)
        {
            return;
        }

        lease.AbandonAt = Clock.After(now, Options.GracePeriod);
        Throttle.Arm(lease.AbandonAt);
        lease.RequestStop(reason);
    }

    private long SweepAtWork(long now)
    {
        var next = Clock.Never;
        for (var i = _atWork.Count - 1; i >= 0; i--)
        {
            var lease = _atWork[i];
            if (lease.State != ItemState.Running)
            {
                continue;
            }

            if (lease.ItemDeadline <= now)
            {
                RequestStop(lease, OutcomeReason.ItemTimeout, now);
            }
            else if (lease.AttemptDeadline <= now)
            {
                RequestStop(lease, OutcomeReason.AttemptTimeout, now);
            }

            if (lease.StopReason == OutcomeReason.None)
            {
                next = Math.Min(next, Math.Min(lease.ItemDeadline, lease.AttemptDeadline));
            }
            else if (lease.AbandonAt <= now)
            {
                Abandon(lease, now);
            }
            else
            {
                next = Math.Min(next, lease.AbandonAt);
            }
        }

        return next;
    }

    /// <summary>Ends the item while its work goes on. Permit and key stay taken until the work ends or the run does.</summary>
    private void Abandon(Lease lease, long now)
    {
        lease.State = ItemState.Abandoned;
        lease.WorkedTicks += lease.Worked(now);
        Summary.Abandoned++;

        // Its end may never come: a probe must not stay out for ever.
        var timedOut = lease.StopReason is OutcomeReason.AttemptTimeout or OutcomeReason.ItemTimeout;
        Throttle.Learn(lease, timedOut ? OutcomeClass.Transient : OutcomeClass.Canceled, timedOut ? LimitSignal.Concurrency : LimitSignal.None, retryAfter: null, now);
        if (lease.StopReason != OutcomeReason.Canceled)
        {
            EndExecuted(failed: true, now);
        }

        lease.Finish(lease.StopReason == OutcomeReason.Canceled ? ItemStatus.Canceled : ItemStatus.TimedOut, lease.StopReason, now);
    }

    private long SweepWaiting(long now)
    {
        var next = Clock.Never;
        if (Options.WaitTimeout is not { } limit)
        {
            return next;
        }

        while (NextNew() is { } first)
        {
            if (first.State != ItemState.Ended && Clock.After(first.ReadyAt, limit) is var at && at > now)
            {
                next = Math.Min(next, at);
                break;
            }

            DequeueNew();
            Skip(first, now);
        }

        while (_unreserved.TryPeek(out var waiting))
        {
            if (waiting.State != ItemState.Ended && Clock.After(waiting.ReadyAt, limit) is var at && at > now)
            {
                next = Math.Min(next, at);
                break;
            }

            _unreserved.Dequeue();
            Skip(waiting, now);
        }

        foreach (var lease in _parked.ToList())
        {
            if (Clock.After(lease.ReadyAt, limit) is var at && at > now)
            {
                next = Math.Min(next, at);
            }
            else
            {
                _parked.Remove(lease);
                Skip(lease, now);
            }
        }

        return next;
    }

    /// <summary>Ends items whose time is up between two attempts: a due retry may have to wait for its admission.</summary>
    private long SweepRetrying(long now)
    {
        if (_retryDeadline > now)
        {
            return _retryDeadline;
        }

        _retryDeadline = Clock.Never;
        var overdue = new List<Lease>();
        foreach (var (lease, _) in _due.UnorderedItems.Concat(_later.UnorderedItems))
        {
            if (lease.ItemDeadline <= now)
            {
                overdue.Add(lease);
            }
            else
            {
                _retryDeadline = Math.Min(_retryDeadline, lease.ItemDeadline);
            }
        }

        foreach (var lease in overdue)
        {
            // The one before it may have stopped the run.
            if (lease.State == ItemState.Retrying)
            {
                Summary.Retrying--;
                ReleaseKey(lease);
                lease.Finish(ItemStatus.TimedOut, OutcomeReason.ItemTimeout, now);
                EndExecuted(failed: true, now);
            }
        }

        return _retryDeadline;
    }

    private void Skip(Lease lease, long now)
    {
        if (lease.State == ItemState.Ended)
        {
            return;
        }

        var reason = Throttle.Breaker == BreakerState.Closed ? OutcomeReason.AdmissionTimeout : OutcomeReason.BreakerOpen;
        lease.Finish(ItemStatus.Skipped, reason, now);
        ReleaseKey(lease);
    }
}
