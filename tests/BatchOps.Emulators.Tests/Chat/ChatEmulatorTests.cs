using System.Net.Sockets;
using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Tests.Support;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class ChatEmulatorTests
{
    [Fact]
    public async Task Start_BadOptions_NamesAllOfThem()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => ChatEmulator.StartAsync(new() { FailRate = 2, RequestsPerMinute = -1, QuotaWindow = TimeSpan.Zero }));

        Assert.Contains("FailRate must be 0 to 1.", error.Message, StringComparison.Ordinal);
        Assert.Contains("RequestsPerMinute must be 0 or more.", error.Message, StringComparison.Ordinal);
        Assert.Contains("QuotaWindow must be more than 0.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_ARequestAtWork_IsCutOffAndThePortIsFree()
    {
        var server = await ChatEmulator.StartAsync(new() { Latency = TimeSpan.FromHours(1) });
        using var client = new ChatClient(server);
        var call = client.AskAsync("x");
        await server.ReachesAsync(running: 1);

        await server.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        using var socket = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task Start_TwoAtOnce_HavePortsOfTheirOwn()
    {
        await using var one = await ChatEmulator.StartAsync();
        await using var two = await ChatEmulator.StartAsync();
        using var client = new ChatClient(one);

        await client.AskAsync("x");

        Assert.True(one.BaseAddress.IsLoopback);
        Assert.NotEqual(one.BaseAddress, two.BaseAddress);
        Assert.Equal((1, 0), (one.Stats.Requests, two.Stats.Requests));
    }
}
