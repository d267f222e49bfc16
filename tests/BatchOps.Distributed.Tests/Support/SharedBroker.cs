using System.Globalization;
using BatchOps.Broker;

[assembly: AssemblyFixture(typeof(BatchOps.Distributed.Support.SharedBroker))]

namespace BatchOps.Distributed.Support;

/// <summary>
/// The broker that the tests of this assembly share, started by the first that asks. A test that needs queues of its own takes
/// a virtual host; one that kills the broker starts its own.
/// </summary>
public sealed class SharedBroker : IAsyncDisposable
{
    private readonly Lazy<Task<LocalBroker>> _broker = new(static () => LocalBroker.StartNewAsync(CancellationToken.None));
    private int _virtualHosts;

    /// <summary>The broker; where there is none, the test that asks is skipped.</summary>
    public Task<LocalBroker> StartedAsync()
    {
        SkipWithoutBroker();
        return _broker.Value;
    }

    /// <summary>Options for a virtual host that no other test uses.</summary>
    internal async Task<BrokerOptions> NewVirtualHostAsync()
    {
        var broker = await StartedAsync();
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _virtualHosts)}");
        return broker.Options() with { Address = await broker.AddVirtualHostAsync(name) };
    }

    /// <summary>A broker of the test's own, to be disposed by it.</summary>
    public static Task<LocalBroker> StartPrivateAsync()
    {
        SkipWithoutBroker();
        return LocalBroker.StartNewAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker.IsValueCreated)
        {
            await (await _broker.Value).DisposeAsync();
        }
    }

    private static void SkipWithoutBroker() => Assert.SkipWhen(LocalBroker.Missing is not null, LocalBroker.Missing ?? "");
}
