using System.Management.Automation;
using System.Security;
using BatchOps.Distributed;
using BatchOps.Engine;

namespace BatchOps.PowerShell.Distributed;

/// <summary>Looks whether a broker can be used: each thing that it takes, with the remedy. Declares nothing.</summary>
internal static class BrokerChecks
{
    /// <summary>Runs the checks, up to the first whose failure says nothing of the next ones.</summary>
    public static async Task<IReadOnlyList<EnvironmentCheck>> RunAsync(Uri address, PSCredential? credential, SecureString? signingKey, CancellationToken stop)
    {
        var checks = new List<EnvironmentCheck>();
        try
        {
            var options = BrokerAccess.Options(address, credential);
            var connection = await BrokerConnection.OpenAsync(options, stop).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                checks.Add(new EnvironmentCheck("Broker", ok: true, $"{options.Address}", remedy: string.Empty));
                checks.Add(new EnvironmentCheck("Broker access", ok: true, $"{options.UserName}, virtual host {options.VirtualHost}", remedy: string.Empty));
                var state = await Topology.CheckAsync(connection, stop).ConfigureAwait(false);
                if (!state.Missing.Contains(Topology.Work, StringComparer.Ordinal))
                {
                    // Before the queues are installed nothing tells: the exchange that needs the plugin is not there either way.
                    checks.Add(new EnvironmentCheck("Broker plugin", !state.Missing.Contains(Topology.KeyedExchange, StringComparer.Ordinal), "consistent hash exchange", "Run 'rabbitmq-plugins enable rabbitmq_consistent_hash_exchange' at the broker, then Install-BatchBroker."));
                }

                checks.Add(new EnvironmentCheck("Broker queues", state.IsComplete, state.IsComplete ? $"{state.Partitions} partitions, {state.ResultQueues} result queues" : $"missing: {string.Join(", ", state.Missing)}", "Run Install-BatchBroker."));
                if (state.IsComplete)
                {
                    checks.Add(await WorkersAsync(connection, signingKey, stop).ConfigureAwait(false));
                }
            }
        }
        catch (BrokerException error)
        {
            var reached = error.Fault is BrokerFault.AccessRefused && checks.Count == 0;
            if (reached)
            {
                checks.Add(new EnvironmentCheck("Broker", ok: true, $"{address}", remedy: string.Empty));
            }

            checks.Add(new EnvironmentCheck(reached ? "Broker access" : checks.Count == 0 ? "Broker" : "Broker queues", ok: false, $"{error.Fault}", error.Message));
        }
        catch (Exception error) when (error is BatchArgumentException or BatchOptionsException)
        {
            checks.Add(new EnvironmentCheck("Broker access", ok: false, "missing", error.Message));
        }

        return checks;
    }

    private static async Task<EnvironmentCheck> WorkersAsync(BrokerConnection connection, SecureString? signingKey, CancellationToken stop)
    {
        MessageSigner signer;
        try
        {
            signer = BrokerAccess.Signer(signingKey);
        }
        catch (Exception error) when (error is BatchArgumentException or BatchOptionsException)
        {
            return new EnvironmentCheck("Broker workers", ok: false, "no signing key", error.Message);
        }

        var workers = await RollCall.AskAsync(connection, signer, RollCall.Patience, stop).ConfigureAwait(false);
        return new EnvironmentCheck("Broker workers", workers.Count > 0, $"{workers.Count}", "No worker that shares the signing key answers. Run Start-BatchWorker on the machines that are to do the work, with the same key.");
    }
}
