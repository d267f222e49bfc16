using System.Management.Automation;
using System.Security;
using BatchOps.Distributed;
using BatchOps.PowerShell.Distributed;

namespace BatchOps.PowerShell.Commands;

/// <summary>Shows which workers are alive, and what each does.</summary>
[Cmdlet(VerbsCommon.Get, "BatchWorker")]
[OutputType(typeof(Worker))]
public sealed class GetBatchWorkerCommand : BrokerCommand
{
    [Parameter]
    [ValidateNotNull]
    public SecureString? SigningKey { get; set; }

    [Parameter]
    [ValidateRange(0.1, 60.0)]
    public double TimeoutSeconds { get; set; } = 1;

    private protected override void Process()
    {
        foreach (var presence in AskAsync(BrokerAccess.Options(Broker, Credential), BrokerAccess.Signer(SigningKey)).GetAwaiter().GetResult().OrderBy(static p => p.Worker.Name, StringComparer.OrdinalIgnoreCase))
        {
            WriteObject(new Worker(presence));
        }
    }

    private async Task<IReadOnlyList<PresenceMessage>> AskAsync(BrokerOptions broker, MessageSigner signer)
    {
        var connection = await BrokerConnection.OpenAsync(broker, Stop).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await RollCall.AskAsync(connection, signer, TimeSpan.FromSeconds(TimeoutSeconds), Stop).ConfigureAwait(false);
        }
    }
}
