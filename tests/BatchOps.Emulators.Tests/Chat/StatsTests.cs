using System.Net;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class StatsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Bodies_SentTwice_AreSeenByTheirHash()
    {
        await using var server = await ChatEmulator.StartAsync(new() { RequestsPerMinute = 2, TimeProvider = _time });
        using var client = new ChatClient(server);

        await client.AskAsync("once");
        await client.AskAsync("twice");
        await client.AskAsync("twice");

        Assert.Equal(2, server.Stats.DistinctBodies);
        Assert.Equal(new BodyStats(1, 1), server.Stats.Bodies[Hash("once")]);
        Assert.Equal(new BodyStats(2, 1), server.Stats.Bodies[Hash("twice")]);
    }

    [Fact]
    public async Task Stats_OverHttp_AreThoseInProcess()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);
        await client.AskAsync("twelve chars");
        await client.PostAsync("nonsense");

        var json = (await client.GetAsync("stats")).Json;

        foreach (var (name, value) in new[] { ("requests", 2), ("ok", 1), ("refused4xx", 1), ("rejected429", 0), ("promptTokens", 3), ("totalTokens", 6), ("running", 0), ("peakConcurrent", 1) })
        {
            Assert.Equal((name, value), (name, json.GetProperty(name).GetInt32()));
        }

        Assert.Equal(1, json.GetProperty("bodies").GetProperty(Hash("twelve chars")).GetProperty("answered").GetInt32());
    }

    [Fact]
    public async Task PeakConcurrent_ManyAtOnce_IsTheirNumber()
    {
        await using var server = await ChatEmulator.StartAsync(new() { Latency = TimeSpan.FromSeconds(1), TimeProvider = _time });
        using var client = new ChatClient(server);

        var calls = Enumerable.Range(0, 20).Select(i => client.AskAsync($"{i}")).ToArray();
        await server.ReachesAsync(running: 20);
        var (replies, _) = await _time.RunAsync(Task.WhenAll(calls));

        Assert.All(replies, static reply => Assert.Equal(HttpStatusCode.OK, reply.Status));
        Assert.Equal((20, 0), (server.Stats.PeakConcurrent, server.Stats.Running));
    }

    [Fact]
    public async Task PeakConcurrent_OneAfterTheOther_IsOne()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        for (var i = 0; i < 200; i++)
        {
            await client.AskAsync("next");
        }

        Assert.Equal(1, server.Stats.PeakConcurrent);
    }

    [Fact]
    public async Task Client_ThatGoesAway_IsCountedAsAbandoned()
    {
        await using var server = await ChatEmulator.StartAsync(new() { Latency = TimeSpan.FromHours(1), TimeProvider = _time });
        var client = new ChatClient(server);

        var call = client.AskAsync("x");
        await server.ReachesAsync(running: 1);
        client.Dispose();
        await server.ReachesAsync(running: 0);

        Assert.Equal((1, 1, 0), (server.Stats.Requests, server.Stats.Abandoned, server.Stats.TotalTokens));
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Fact]
    public async Task EveryFault_OfManyRequests_EachEndsInOneCounter()
    {
        await using var server = await ChatEmulator.StartAsync(new()
        {
            ThrottleRate = 0.2, FailRate = 0.2, DropRate = 0.2, BrokenRate = 0.2, CutRate = 0.2, TimeProvider = _time,
        });
        using var client = new ChatClient(server);

        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (i, _) =>
        {
            try
            {
                await client.AskAsync($"{i}");
            }
            catch (HttpRequestException)
            {
                // Dropped.
            }
        });

        var stats = server.Stats;
        Assert.Equal(300, stats.Requests);
        Assert.Equal(300, stats.Ok + stats.Rejected429 + stats.Failed5xx + stats.Dropped + stats.Broken + stats.Refused4xx + stats.Abandoned);
        Assert.All([stats.Ok, stats.Rejected429, stats.Failed5xx, stats.Dropped, stats.Broken], static count => Assert.InRange(count, 1, 299));
        Assert.Equal(stats.Ok, stats.Bodies.Values.Sum(static body => body.Answered));
        Assert.InRange(stats.PeakConcurrent, 1, 20);
    }

    [Fact]
    public async Task Reset_AfterUse_MakesItAsNew()
    {
        await using var server = await ChatEmulator.StartAsync(new() { RequestsPerMinute = 1, FailRate = 0.5, TimeProvider = _time });
        using var client = new ChatClient(server);

        var first = await client.AskAsync("x");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.AskAsync("x")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("", "reset")).Status);

        Assert.Equal((0, 0), (server.Stats.Requests, server.Stats.DistinctBodies));
        Assert.Equal(first.Text, (await client.AskAsync("x")).Text);
        Assert.Equal((1, 0), (server.Stats.Requests, server.Stats.Rejected429));
    }

    private static string Hash(string prompt) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ChatClient.Body(prompt))).AsSpan(0, 8));
}
