using System.Management.Automation;
using BatchOps.Distributed;
using BatchOps.PowerShell.Distributed;

namespace BatchOps.PowerShell.Commands;

/// <summary>Declares the queues that work goes through, once for a broker.</summary>
[Cmdlet(VerbsLifecycle.Install, "BatchBroker", SupportsShouldProcess = true)]
[OutputType(typeof(BrokerTopology))]
public sealed class InstallBatchBrokerCommand : BrokerCommand
{
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Partitions { get; set; } = 64;

    [Parameter]
    [ValidateRange(1, 256)]
    public int ResultQueues { get; set; } = 16;

    private protected override void Process()
    {
        var broker = BrokerAccess.Options(Broker, Credential);
        if (ShouldProcess($"{broker.Address}", $"Declare the queues of BatchOps, {Partitions} of them for serialised items and {ResultQueues} for results"))
        {
            WriteObject(InstallAsync(broker).GetAwaiter().GetResult());
        }
    }

    private async Task<BrokerTopology> InstallAsync(BrokerOptions broker)
    {
        var connection = await BrokerConnection.OpenAsync(broker, Stop).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await Topology.InstallAsync(connection, new TopologyOptions { Partitions = Partitions, ResultQueues = ResultQueues }, Stop).ConfigureAwait(false);
            await Task.Delay(Topology.SettleTime, Stop).ConfigureAwait(false);
            return new BrokerTopology(broker, await Topology.RequireAsync(connection, Stop).ConfigureAwait(false));
        }
    }
}
