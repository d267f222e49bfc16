using BatchOps.BrokerPeer;

namespace BatchOps.Distributed.Faults;

/// <summary>Finds two items of one key at work at the same time.</summary>
internal static class Overlaps
{
    /// <param name="log">What workers noted.</param>
    /// <param name="died">When processes were seen dead: what they had begun ended then at the latest.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<PeerLog.Entry> log, IReadOnlyDictionary<int, long> died)
    {
        var overlaps = new List<string>();
        foreach (var key in log.Where(static e => e.Key != "-").GroupBy(static e => e.Key))
        {
            // Within a process an item ends before the next of its key begins; what has no end died with its process.
            var open = new Dictionary<(int Process, string Item), PeerLog.Entry>();
            foreach (var entry in key.OrderBy(static e => e.At))
            {
                if (entry.What == 'E')
                {
                    open.Remove((entry.ProcessId, entry.Identity));
                    continue;
                }

                foreach (var other in open.Values.Where(o => !died.TryGetValue(o.ProcessId, out var end) || end > entry.At))
                {
                    // A kill is noted a little after the death: a process that writes no more is dead from its last line on.
                    if (log.Any(e => e.ProcessId == other.ProcessId && e.At > entry.At))
                    {
                        overlaps.Add($"{entry.Key}: {other} and {entry}");
                    }
                }

                open[(entry.ProcessId, entry.Identity)] = entry;
            }
        }

        return overlaps;
    }
}
