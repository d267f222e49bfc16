namespace BatchOps.Distributed;

/// <summary>What a broker has of the queues and exchanges that the work needs.</summary>
/// <param name="Partitions">Queues found for items with keys.</param>
/// <param name="ResultQueues">Queues found for results.</param>
/// <param name="Missing">Names of queues and exchanges that are not there; of numbered ones the first.</param>
public sealed record TopologyState(int Partitions, int ResultQueues, IReadOnlyList<string> Missing)
{
    /// <summary>Whether everything is there.</summary>
    public bool IsComplete => Missing.Count == 0;
}
