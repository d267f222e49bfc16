namespace BatchOps.Engine;

// What must be taken before an item may start: units of the usage limit, and of a remote run the number of its first
// submission. With a journal the item may start when that is on the disk: a run that is killed has then started nothing
// that is not accounted for. So reservations are made ahead, for as many items as may be at work, and many of them share
// a commit.
public abstract partial class BatchRun
{
    private readonly Queue<Lease> _unreserved = new();
    private readonly HashSet<Lease> _reserving = [];
    private readonly UsageBudget? _budget;
    private int _reservedAhead;

    private bool Reserves => _budget is not null || Options.Remote;

    /// <summary>Reservations of items reached the disk. Called by the journal, without a lock.</summary>
    internal void Reserved(List<JournalItem> items)
    {
        lock (Sync)
        {
            var now = Clock.Now;
            foreach (var item in items)
            {
                // One that is not there any more ended meanwhile.
                if (_reserving.Remove(item.Lease))
                {
                    _new.Enqueue(item.Lease);
                }
            }

            Offer(now);
        }

        Leaving();
    }

    /// <summary>Reserves for the next items, as far as the units go. Stops the run when nothing can give any back. Who calls it looks for a worker afterwards.</summary>
    private void ReserveAhead(long now)
    {
        while (_reservedAhead < Cap && _unreserved.TryPeek(out var lease))
        {
            if (lease.State == ItemState.Ended)
            {
                _unreserved.Dequeue();
                continue;
            }

            if (_budget is not null && !TakeUsage(lease, _budget))
            {
                if (_budget.Holders == 0)
                {
                    Stop(OutcomeReason.Budget, now);
                }

                return;
            }

            _unreserved.Dequeue();
            _reservedAhead++;
            lease.IsReserved = true;
            if (Options.Remote && !lease.Submitted)
            {
                lease.Epoch++;
            }

            if (lease.Entry is null)
            {
                _new.Enqueue(lease);
            }
            else
            {
                _reserving.Add(lease);
                Journal!.NoteReserved(lease.Entry, lease.HoldsUsage ? lease.UsageCost : lease.Entry.HeldUsage);
            }
        }
    }

    private bool TakeUsage(Lease lease, UsageBudget budget)
    {
        if (!budget.TryTake(lease.UsageCost, lease.Entry?.HeldUsage ?? 0))
        {
            return false;
        }

        lease.HoldsUsage = true;
        Summary.UsageSpent = budget.Taken;
        return true;
    }

    /// <summary>An item's first attempt begins: there is room to reserve for another.</summary>
    private void UseReservation(Lease lease, long now)
    {
        if (lease.IsReserved)
        {
            _reservedAhead--;
            ReserveAhead(now);
        }
    }

    /// <summary>An item ended: what it held is spent or free again. Returns the units that it has spent, or that a run which died may have spent on it.</summary>
    private protected double SettleReservation(Lease lease, ItemStatus status, long now)
    {
        var kept = SettleUsage(lease, status);
        if (!lease.IsReserved)
        {
            return kept;
        }

        lease.IsReserved = false;
        if (lease.Attempt == 0)
        {
            _reservedAhead--;
        }

        if (Starting)
        {
            ReserveAhead(now);
        }

        return kept;
    }

    private double SettleUsage(Lease lease, ItemStatus status)
    {
        var held = lease.Entry?.HeldUsage ?? 0;
        if (_budget is null || !lease.HoldsUsage)
        {
            return held;
        }

        lease.HoldsUsage = false;
        var spent = status is ItemStatus.Succeeded or ItemStatus.TimedOut || (status == ItemStatus.Canceled && lease.Attempt > 0);
        var kept = spent ? lease.UsageCost : lease.Attempt == 0 ? held : 0;
        _budget.Settle(lease.UsageCost - kept);
        Summary.UsageSpent = _budget.Taken;
        return kept;
    }
}
