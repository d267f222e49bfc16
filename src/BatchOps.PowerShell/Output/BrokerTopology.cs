using BatchOps.Distributed;

namespace BatchOps;

/// <summary>The queues that a broker has for work.</summary>
public sealed class BrokerTopology
{
    internal BrokerTopology(BrokerOptions broker, TopologyState state)
    {
        Broker = broker.Address;
        VirtualHost = broker.VirtualHost;
        Partitions = state.Partitions;
        ResultQueues = state.ResultQueues;
    }

    /// <summary>The broker's address.</summary>
    public Uri Broker { get; }

    /// <summary>Its virtual host.</summary>
    public string VirtualHost { get; }

    /// <summary>Queues of items that are serialised by a value.</summary>
    public int Partitions { get; }

    /// <summary>Queues of results; as many submitters can be at work at once.</summary>
    public int ResultQueues { get; }
}
