namespace BatchOps.Distributed;

/// <summary>A run at a broker, whatever its items are.</summary>
internal interface IRemoteRun
{
    /// <summary>The batch that it belongs to.</summary>
    string Batch { get; }

    /// <summary>Where time comes from.</summary>
    TimeProvider TimeProvider { get; }

    /// <summary>Takes a message from the results queue.</summary>
    ValueTask HandleAsync(Delivery delivery);

    /// <summary>Compares what is out with what queues and workers have.</summary>
    Task ReviewAsync(SubmitterSession session, int partitions, CancellationToken stop);

    /// <summary>The broker can't be used any more, for a reason that waiting does not change.</summary>
    void Abort(Exception error);

    /// <summary>The run is over here: takes back what is still out.</summary>
    Task LeaveAsync();
}
