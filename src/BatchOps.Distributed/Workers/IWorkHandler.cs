namespace BatchOps.Distributed;

/// <summary>What a worker runs: the part that knows operations.</summary>
public interface IWorkHandler
{
    /// <summary>Says why an operation is not run here; null when it is.</summary>
    /// <param name="operation">The operation of a message whose signature is good.</param>
    string? Refuses(OperationMessage operation);

    /// <summary>Runs one attempt.</summary>
    /// <param name="item">The item.</param>
    /// <param name="stop">Tells it to stop; its outcome is then <see cref="BatchOps.Engine.OutcomeClass.Canceled"/>.</param>
    /// <returns>How it ended. An exception counts as an item fault.</returns>
    Task<WorkResult> RunAsync(WorkItem item, CancellationToken stop);

    /// <summary>Runs one attempt alone in a child process, because its item was started before and never ended.</summary>
    /// <param name="item">The item.</param>
    /// <param name="stop">Tells it to stop.</param>
    /// <returns>How it ended; an item fault that says so when the child process died of it.</returns>
    Task<WorkResult> RunAloneAsync(WorkItem item, CancellationToken stop);

    /// <summary>A run has been stopped, or nothing of it has come for a while: what is kept ready for it may go.</summary>
    /// <param name="run">The run.</param>
    void Forget(Guid run);
}
