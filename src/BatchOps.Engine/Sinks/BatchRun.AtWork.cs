namespace BatchOps.Engine;

// What a progress display may ask.
public abstract partial class BatchRun
{
    /// <summary>The leases at work now, oldest item first; none when there are more than <paramref name="most"/>.</summary>
    internal IReadOnlyList<(Lease Lease, TimeSpan Elapsed)> AtWork(int most)
    {
        lock (Sync)
        {
            if (_atWork.Count > most)
            {
                return [];
            }

            var now = Clock.Now;
            return [.. _atWork.Where(static l => l.State == ItemState.Running).OrderBy(static l => l.Index).Select(l => (l, Clock.Between(0, l.Worked(now))))];
        }
    }
}
