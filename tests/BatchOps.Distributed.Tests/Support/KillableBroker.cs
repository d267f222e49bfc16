using System.Globalization;
using BatchOps.Broker;

namespace BatchOps.Distributed.Support;

/// <summary>A broker for tests that kill it, one after the other; each leaves it running.</summary>
[CollectionDefinition(nameof(KillableBroker))]
public sealed class KillableBroker : ICollectionFixture<KillableBroker>, IAsyncDisposable
{
    private LocalBroker? _broker;
    private int _virtualHosts;

    /// <summary>The broker; where there is none, the test that asks is skipped.</summary>
    public async Task<LocalBroker> StartedAsync()
    {
        _broker ??= await SharedBroker.StartPrivateAsync();
        if (_broker.ProcessId is null)
        {
            await _broker.StartAsync(TestContext.Current.CancellationToken);
        }

        return _broker;
    }

    /// <summary>Options for a virtual host that no other test uses; the one before it goes, or its queues would slow down each start.</summary>
    internal async Task<BrokerOptions> NewVirtualHostAsync()
    {
        var broker = await StartedAsync();
        if (_virtualHosts > 0)
        {
            await broker.RabbitCtlAsync("delete_vhost", Name(_virtualHosts));
        }

        return broker.Options() with { Address = await broker.AddVirtualHostAsync(Name(++_virtualHosts)) };
    }

    /// <summary>What the broker itself does within <see cref="Topology.SettleTime"/>: until then its own records of new queues may be lost.</summary>
    public Task KeepRecordsAsync() => _broker!.RabbitCtlAsync("eval", """
        ok = mnesia:sync_log(),
        [ok = dets:sync(maps:get(directory_rev, maps:get(names, ra_system:fetch(System)))) || System <- [quorum_queues, coordination]].
        """);

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }

    private static string Name(int virtualHost) => string.Create(CultureInfo.InvariantCulture, $"killed{virtualHost}");
}
