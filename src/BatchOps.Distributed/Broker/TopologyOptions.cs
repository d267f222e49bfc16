using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>How many queues the work is spread over; stated once, when the queues are declared.</summary>
public sealed record TopologyOptions
{
    /// <summary>
    /// Queues for items that go one at a time per key. No more items with keys are at work at once, so it wants to be several
    /// times the workers' slots. 1 to 1,024.
    /// </summary>
    /// <value>The default is 64.</value>
    public int Partitions { get; init; } = 64;

    /// <summary>Queues for results; each belongs to one submitter at a time. 1 to 256.</summary>
    /// <value>The default is 16.</value>
    public int ResultQueues { get; init; } = 16;

    /// <summary>Checks every option.</summary>
    /// <exception cref="BatchOptionsException">At least one option cannot work; the message names them all.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (Partitions is < 1 or > Topology.MostPartitions)
        {
            errors.Add($"Partitions is {Partitions}; it must be from 1 to {Topology.MostPartitions}.");
        }

        if (ResultQueues is < 1 or > Topology.MostResultQueues)
        {
            errors.Add($"ResultQueues is {ResultQueues}; it must be from 1 to {Topology.MostResultQueues}.");
        }

        if (errors.Count > 0)
        {
            throw new BatchOptionsException(errors);
        }
    }
}
