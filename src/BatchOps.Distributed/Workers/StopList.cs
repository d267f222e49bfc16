namespace BatchOps.Distributed;

/// <summary>What submitters have taken back. Safe for many threads.</summary>
internal sealed class StopList
{
    private const int Capacity = 100_000;

    private readonly RecentMemory<Guid, bool> _runs = new(Capacity);
    private readonly RecentMemory<(Guid Run, string Identity), long> _items = new(Capacity);

    public void Add(StopMessage stop)
    {
        if (stop.Identity is null)
        {
            _runs.Set(stop.Run, static _ => true);
            return;
        }

        var epoch = stop.Epoch == 0 ? long.MaxValue : stop.Epoch;
        _items.Set((stop.Run, stop.Identity), known => Math.Max(known, epoch));
    }

    public bool Covers(WorkMessage work) =>
        _runs.Contains(work.Run) || (_items.TryGet((work.Run, work.Identity), out var epoch) && work.Epoch <= epoch);
}
