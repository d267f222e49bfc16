using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.Engine;
using BatchOps.PowerShell.Operations;

namespace BatchOps.PowerShell.Distributed;

/// <summary>An operation whose attempts take place on the workers of a broker.</summary>
/// <param name="inner">What is done to each item.</param>
/// <param name="submitter">The way to the workers; closed at the end.</param>
/// <param name="codec">How it travels.</param>
/// <param name="retries">Asked on failures; null for nobody. Closed at the end.</param>
internal sealed class RemoteOperation(ItemOperation inner, BrokerSubmitter submitter, ItemWireCodec codec, RetryRunspace? retries) : ItemOperation
{
    /// <inheritdoc/>
    public override bool IsRemote => true;

    /// <inheritdoc/>
    public override string Hash() => inner.Hash();

    /// <inheritdoc/>
    public override BatchExecutor Attach(ItemRun run) => submitter.Attach(run, codec);

    /// <inheritdoc/>
    public override object? Prepare(PSObject? item, object? key) => TravellingItem.Of(inner.Prepare(item, key));

    /// <inheritdoc/>
    public override IReadOnlyList<PSObject> OutputOf(EngineResult result) => inner.OutputOf(result);

    /// <inheritdoc/>
    public override string? End(TimeSpan patience)
    {
        var left = submitter.DisposeAsync().AsTask().Wait(patience);
        retries?.Dispose();
        return inner.End(patience) ?? (left ? null : "The broker could not be told in time that the run is over; workers may go on for a while with what they have.");
    }
}
