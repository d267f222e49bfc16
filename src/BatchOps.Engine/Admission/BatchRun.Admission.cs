namespace BatchOps.Engine;

// Which of the run's items may start next, and which worker takes it. All of it under the throttle's lock.
public abstract partial class BatchRun
{
    // New items in the order of their index, and those that waited for a key and may try again.
    private readonly Queue<Lease> _new = new();
    private readonly PriorityQueue<Lease, long> _unparked = new();
    private readonly PriorityQueue<Lease, long> _due = new();
    private readonly PriorityQueue<Lease, long> _later = new();
    private readonly HashSet<Lease> _parked = [];
    private readonly WorkerPool _workers = new();
    private Lease? _inSequence;
    private long _nextStart = long.MinValue;
    private long _retryDeadline = Clock.Never;

    /// <summary>Attempts at work, abandoned ones included.</summary>
    private int Running => _atWork.Count;

    private protected bool HasIdleTaker => _workers.HasIdle;

    /// <summary>Connects the executor.</summary>
    /// <param name="openWorker">Opens one more worker; called without a lock, and only while a ready item waits for one.</param>
    internal void Attach(Action openWorker)
    {
        lock (Sync)
        {
            _workers.Attach(openWorker);
            CallForWorker(Clock.Now);
        }

        Leaving();
    }

    /// <summary>Gives a waiting taker the next item that may start. The throttle asks each run in turn.</summary>
    internal Admission TryHandOut(long now, ref long wakeAt)
    {
        if (!_workers.HasIdle)
        {
            CallForWorker(now, ref wakeAt);
            return Admission.NothingToStart;
        }

        var admission = TryAdmit(now, start: true, ref wakeAt, out var lease);
        if (admission == Admission.Granted)
        {
            var taker = _workers.Wake();
            Grant(lease!, taker);
            taker.Signal.Release();
        }

        return admission;
    }

    /// <summary>Starts an item for a worker that asks, or queues the worker. False when it has to wait.</summary>
    internal bool TryTake(LeaseTaker taker)
    {
        bool taken;
        lock (Sync)
        {
            taken = TakeOrQueue(taker, Clock.Now);
        }

        Leaving();
        return taken;
    }

    /// <summary>A worker left, at the run's end or before it.</summary>
    internal void Leave()
    {
        lock (Sync)
        {
            _workers.Leave();
            if (!Summary.Ended)
            {
                CallForWorker(Clock.Now);
            }
        }

        Leaving();
    }

    private protected void EnqueueNew(Lease lease, long now)
    {
        lease.ReadyAt = now;
        if (Options.WaitTimeout is not null)
        {
            Throttle.Arm(Clock.After(now, Options.WaitTimeout));
        }

        if (Reserves)
        {
            _unreserved.Enqueue(lease);
            ReserveAhead(now);
        }
        else
        {
            _new.Enqueue(lease);
        }

        Offer(now);
    }

    /// <summary>Plans an item's next attempt.</summary>
    private protected void EnqueueRetry(Lease lease, long dueAt, long now)
    {
        lease.State = ItemState.Retrying;
        lease.DueAt = dueAt;
        _later.Enqueue(lease, dueAt);
        _retryDeadline = Math.Min(_retryDeadline, lease.ItemDeadline);
        Throttle.Arm(dueAt);
        Summary.Retrying++;
        if (lease.Entry is { } entry)
        {
            Journal!.NoteRetrying(entry);
        }

        Offer(now);
    }

    private protected void ReleaseKey(Lease lease)
    {
        if (lease.SerializeKey is null)
        {
            return;
        }

        if (lease.HoldsKey)
        {
            Throttle.Keys.Release(lease);
        }
        else
        {
            Throttle.Keys.Offer(lease.SerializeKey);
        }
    }

    /// <summary>Ends an attempt's hold on permit and place. The key goes back only with the item's end.</summary>
    private protected void EndAttempt(Lease lease, OutcomeClass outcome, LimitSignal signal, TimeSpan? retryAfter, long now)
    {
        lease.WorkedTicks += lease.Worked(now);
        lease.EndAttempt();
        RemoveAtWork(lease);
        Throttle.End(lease, outcome, signal, retryAfter, now);
        Summary.NoteRunning(Running, now);
        if (outcome == OutcomeClass.Throttled)
        {
            Summary.RateLimitHits++;
        }

        if (_failures is not null && outcome != OutcomeClass.Canceled)
        {
            _failures.NoteAttempt(outcome == OutcomeClass.Throttled);
            if (Options.SequentialAboveThrottled is { } share && _failures.Throttled > share)
            {
                FallBackToSequential(now);
            }
        }
    }

    /// <summary>Gives back what abandoned work still held.</summary>
    private protected void Forget(Lease lease)
    {
        Throttle.GiveBackPermit(lease);
        if (lease.RunningSlot >= 0 && !Summary.Ended)
        {
            RemoveAtWork(lease);
            Summary.NoteRunning(Running, Clock.Now);
        }
    }

    private protected void EndExecuted(bool failed, long now)
    {
        if (failed && Options.CancelOnFailure)
        {
            StopAll(now);
        }

        if (_failures is null)
        {
            return;
        }

        _failures.NoteItem(failed);
        if (Options.SequentialAbove is { } sequentialAbove && _failures.Failed > sequentialAbove)
        {
            FallBackToSequential(now);
        }

        if (Options.StopAbove is { } stopAbove && _failures.Failed > stopAbove)
        {
            Stop(OutcomeReason.StopAbove, now);
        }
    }

    /// <summary>All items that wait, in no queue any more.</summary>
    private List<Lease> TakeAllWaiting()
    {
        var waiting = new List<Lease>(_new.Count + _unparked.Count + _due.Count + _later.Count + _parked.Count);
        waiting.AddRange(_new);
        waiting.AddRange(_unparked.UnorderedItems.Select(static e => e.Element));
        waiting.AddRange(_due.UnorderedItems.Select(static e => e.Element));
        waiting.AddRange(_later.UnorderedItems.Select(static e => e.Element));
        waiting.AddRange(_parked);
        waiting.AddRange(_unreserved);
        waiting.AddRange(_reserving);
        waiting.RemoveAll(static lease => lease.State == ItemState.Ended);
        waiting.Sort(static (a, b) => a.Index.CompareTo(b.Index));
        _new.Clear();
        _unparked.Clear();
        _due.Clear();
        _later.Clear();
        _parked.Clear();
        _unreserved.Clear();
        _reserving.Clear();
        Summary.Retrying = 0;
        return waiting;
    }

    /// <summary>Starts an item for a worker, or queues the worker. Under the lock. False when it has to wait.</summary>
    private protected bool TakeOrQueue(LeaseTaker taker, long now)
    {
        if (Summary.Ended)
        {
            return true;
        }

        if (taker.Number == 0)
        {
            taker.Number = _workers.Arrive(now);
        }

        if (Throttle.Runs > 1)
        {
            // Others may be first in turn: queue up and let the throttle choose.
            _workers.Rest(taker);
            Throttle.Dispatch(now);
            if (taker.Granted is null)
            {
                return false;
            }

            // Granted while it asked, so nobody will wait for the signal.
            taker.Signal.Wait();
            CallForWorker(now);
            return true;
        }

        var wakeAt = Clock.Never;
        if (TryAdmit(now, start: true, ref wakeAt, out var lease) == Admission.Granted)
        {
            Grant(lease!, taker);
            CallForWorker(now);
            return true;
        }

        _workers.Rest(taker);
        Throttle.Arm(wakeAt);
        return false;
    }

    private void Grant(Lease lease, LeaseTaker taker)
    {
        taker.Granted = lease;
        if (Options.Remote)
        {
            // Whose it is, and from when on, is announced.
            return;
        }

        lease.Worker = taker.Number;
        if (lease.Entry is { } entry)
        {
            Journal!.NoteStarted(entry);
        }
    }

    private void Offer(long now)
    {
        if (_workers.HasIdle)
        {
            Throttle.Dispatch(now);
        }
        else
        {
            CallForWorker(now);
        }
    }

    private void CallForWorker(long now)
    {
        var wakeAt = Clock.Never;
        CallForWorker(now, ref wakeAt);
        Throttle.Arm(wakeAt);
    }

    /// <summary>Asks for one more worker when an item could start and nobody is there to take it.</summary>
    private void CallForWorker(long now, ref long wakeAt)
    {
        PromoteDue(now, ref wakeAt);
        if (!_workers.CanOpen(Cap, _new.Count + _unparked.Count + _due.Count) || TryAdmit(now, start: false, ref wakeAt, out var candidate) != Admission.Granted)
        {
            return;
        }

        var worthAt = _workers.WorthOpeningAt(candidate!.ReadyAt);
        if (worthAt > now)
        {
            wakeAt = Math.Min(wakeAt, worthAt);
            return;
        }

        Throttle.Defer(_workers.Open(now));
    }

    private Admission TryAdmit(long now, bool start, ref long wakeAt, out Lease? lease)
    {
        lease = null;
        if (Running >= Cap || !Starting)
        {
            return Admission.NothingToStart;
        }

        PromoteDue(now, ref wakeAt);
        var candidate = Candidate();
        if (candidate is null)
        {
            return Admission.NothingToStart;
        }

        if (now < _nextStart)
        {
            wakeAt = Math.Min(wakeAt, _nextStart);
            return Admission.NothingToStart;
        }

        if (!Throttle.Admits(candidate.RateCost, now, ref wakeAt))
        {
            return Admission.ThrottleBusy;
        }

        lease = candidate;
        if (start)
        {
            Dequeue(candidate);
            Start(candidate, now);
        }

        return Admission.Granted;
    }

    /// <summary>Retries whose time has come wait for admission from now on, by index.</summary>
    private void PromoteDue(long now, ref long wakeAt)
    {
        while (_later.TryPeek(out var retry, out var dueAt))
        {
            if (dueAt > now)
            {
                wakeAt = Math.Min(wakeAt, dueAt);
                break;
            }

            _later.Dequeue();
            retry.ReadyAt = dueAt;
            _due.Enqueue(retry, retry.Index);
        }
    }

    /// <summary>The item whose turn it is: due retries before new items, both by index; items whose key is busy are passed over.</summary>
    private Lease? Candidate()
    {
        while (_due.TryPeek(out var retry, out _))
        {
            if (retry.State != ItemState.Ended)
            {
                return retry;
            }

            _due.Dequeue();
        }

        // One at a time means: the item at hand to its end, its waits for a retry included.
        if (Options.Sequential && _inSequence is { State: ItemState.Retrying })
        {
            return null;
        }

        while (NextNew() is { } next)
        {
            if (next.State == ItemState.Ended)
            {
                DequeueNew();
            }
            else if (next.SerializeKey is { } key && !Throttle.Keys.IsFree(key))
            {
                DequeueNew();
                next.State = ItemState.Parked;
                _parked.Add(next);
                Throttle.Keys.Park(next);
            }
            else
            {
                return next;
            }
        }

        return null;
    }

    private Lease? NextNew()
    {
        _new.TryPeek(out var fresh);
        return _unparked.TryPeek(out var unparked, out _) && (fresh is null || unparked.Index < fresh.Index) ? unparked : fresh;
    }

    private Lease DequeueNew()
    {
        if (!_new.TryPeek(out var fresh) || !ReferenceEquals(NextNew(), fresh))
        {
            return _unparked.Dequeue();
        }

        _new.Dequeue();
        if (_new.Count == 0)
        {
            NoteRanDry();
        }

        return fresh;
    }

    private void Dequeue(Lease candidate)
    {
        if (candidate.State == ItemState.Retrying)
        {
            _due.Dequeue();
            Summary.Retrying--;
        }
        else
        {
            DequeueNew();
        }
    }

    private void Start(Lease lease, long now)
    {
        lease.State = ItemState.Running;
        lease.ForgetStop();
        lease.Attempt++;
        lease.RunningSlot = _atWork.Count;
        _atWork.Add(lease);
        Summary.Attempts++;
        Summary.NoteRunning(Running, now);
        if (lease.Attempt == 1)
        {
            Summary.Executed++;
            if (Options.Sequential)
            {
                _inSequence = lease;
            }

            UseReservation(lease, now);
        }

        if (lease.SerializeKey is not null && !lease.HoldsKey)
        {
            Throttle.Keys.Lock(lease);
        }

        if (Options.Stagger > TimeSpan.Zero)
        {
            _nextStart = Clock.After(now, Options.Stagger);
        }

        Throttle.Start(lease, now);
        if (Options.Remote)
        {
            lease.StartedAt = Clock.Never;
        }
        else
        {
            BeginTime(lease, now);
        }
    }

    /// <summary>An item's key was given back.</summary>
    internal void Unpark(Lease lease)
    {
        lease.State = ItemState.Ready;
        _parked.Remove(lease);
        _unparked.Enqueue(lease, lease.Index);
    }

    private void RemoveAtWork(Lease lease)
    {
        var last = _atWork[^1];
        _atWork[lease.RunningSlot] = last;
        last.RunningSlot = lease.RunningSlot;
        _atWork.RemoveAt(_atWork.Count - 1);
        lease.RunningSlot = -1;
    }

    private void FallBackToSequential(long now)
    {
        if (Summary.FellBackToSequential)
        {
            return;
        }

        Summary.FellBackToSequential = true;
        Cap = 1;
        Summary.NoteLimit(now, Cap);
    }
}
