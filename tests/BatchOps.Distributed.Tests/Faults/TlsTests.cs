using BatchOps.Distributed.Support;
using BatchOps.Engine;

namespace BatchOps.Distributed.Faults;

public sealed class TlsTests(SharedBroker shared)
{
    [Fact]
    public async Task Worker_CertificateThatItsMachineTrusts_DoesItsWork()
    {
        await using var fleet = await CreateAsync("localhost");
        var worker = fleet.StartWorker(trusted: (await shared.StartedAsync()).CertificatePath);
        Assert.Equal("connected", await worker.ReadLineAsync());

        var result = Assert.Single(await fleet.RunAsync(1, "echo"));

        Assert.Equal(ItemStatus.Succeeded, result.Status);
    }

    [Fact]
    public async Task Worker_TrustedCertificateOfAnotherName_DoesNotConnect()
    {
        await using var fleet = await CreateAsync("127.0.0.1");
        var worker = fleet.StartWorker(trusted: (await shared.StartedAsync()).CertificatePath);

        Assert.Null(await worker.ReadLineAsync());
    }

    // Its workers come by TLS, its submitter does not.
    private async Task<Fleet> CreateAsync(string host)
    {
        var broker = await shared.StartedAsync();
        var options = await shared.NewVirtualHostAsync();
        var fleet = await Fleet.CreateAsync(options);
        fleet.Settings = fleet.Settings with { Address = new UriBuilder(broker.TlsAddress) { Host = host, Path = options.VirtualHost }.Uri, TellsConnected = true };
        return fleet;
    }
}
