namespace BatchOps.Distributed;

/// <summary>Why a broker can't be used.</summary>
public enum BrokerFault
{
    /// <summary>No broker answers at the address, or not in time. It may be back later.</summary>
    Unreachable,

    /// <summary>The broker does not let the user in, or not to what was asked for.</summary>
    AccessRefused,

    /// <summary>The broker's certificate is not trusted, or it does not speak TLS.</summary>
    Untrusted,

    /// <summary>The connection broke; what was not confirmed may have arrived or not.</summary>
    ConnectionLost,

    /// <summary>Queues or exchanges that the work needs are not there.</summary>
    TopologyMissing,

    /// <summary>Queues or exchanges of these names are there, declared otherwise.</summary>
    TopologyDiffers,

    /// <summary>A message is larger than the broker takes.</summary>
    TooLarge,

    /// <summary>The broker did not take a message: a queue is full, or failed.</summary>
    Rejected,

    /// <summary>As many runs are being submitted as there are queues for their results.</summary>
    NoResultsQueue,

    /// <summary>The broker answered with an error of another kind.</summary>
    Failed,
}
