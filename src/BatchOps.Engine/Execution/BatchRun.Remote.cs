namespace BatchOps.Engine;

// Attempts that workers elsewhere run: they start some time after they were handed out.
public abstract partial class BatchRun
{
    /// <summary>A worker announced that it starts the attempt. An announcement that comes after the attempt's end is nothing.</summary>
    internal void NoteStarted(Lease lease, int worker, TimeSpan ago)
    {
        lock (Sync)
        {
            if (lease.State != ItemState.Running)
            {
                return;
            }

            lease.Worker = worker;
            lease.Starts++;
            BeginTime(lease, StartOf(lease, ago));
            if (lease.Entry is { } entry)
            {
                Journal!.NoteStarted(entry);
            }
        }
    }

    /// <summary>An attempt that ends now, whose start was never announced, took so long.</summary>
    internal void NoteDuration(Lease lease, TimeSpan duration)
    {
        lock (Sync)
        {
            if (lease.State == ItemState.Running && lease.StartedAt == Clock.Never)
            {
                BeginTime(lease, StartOf(lease, duration));
            }
        }
    }

    /// <summary>A worker has ended the attempt because its time was up.</summary>
    internal void NoteTimedOut(Lease lease)
    {
        lock (Sync)
        {
            RequestStop(lease, OutcomeReason.AttemptTimeout, Clock.Now);
        }

        Leaving();
    }

    /// <summary>Tells one attempt to stop; its item ends as <see cref="ItemStatus.Canceled"/> and the run goes on.</summary>
    internal void StopAttempt(Lease lease)
    {
        lock (Sync)
        {
            RequestStop(lease, OutcomeReason.Canceled, Clock.Now);
        }

        Leaving();
    }

    /// <summary>So long ago, but not before it was there to be handed out, whatever another machine's clock says.</summary>
    private long StartOf(Lease lease, TimeSpan ago) => Math.Max(lease.ReadyAt, Clock.Before(Clock.Now, ago));

    /// <summary>The attempt's time runs from then on; of the first one also the item's.</summary>
    private void BeginTime(Lease lease, long at)
    {
        lease.StartedAt = at;
        if (lease.FirstStartedAt == Clock.Never)
        {
            lease.FirstStartedAt = at;
            lease.ItemDeadline = Clock.After(at, Options.ItemTimeout);
        }

        lease.AttemptDeadline = Clock.After(at, Options.AttemptTimeout);
        var deadline = Math.Min(lease.AttemptDeadline, lease.ItemDeadline);
        if (deadline != Clock.Never)
        {
            Throttle.Arm(deadline);
        }
    }
}
