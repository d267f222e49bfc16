using System.Net;
using System.Text.Json;
using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class FaultTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(529)]
    public async Task Fail_Always_GivesItsStatus(int status)
    {
        await using var server = await StartAsync(new() { FailRate = 1, FailStatus = status });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("x");

        Assert.Equal((status, "server_error"), ((int)reply.Status, reply.ErrorType));
        Assert.Equal((1, 0), (server.Stats.Failed5xx, server.Stats.TotalTokens));
    }

    [Fact]
    public async Task Throttle_Always_Gives429WithItsWait()
    {
        await using var server = await StartAsync(new() { ThrottleRate = 1, ThrottleWait = TimeSpan.FromSeconds(2.5) });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("x");

        Assert.Equal((HttpStatusCode.TooManyRequests, "3", "2500"), (reply.Status, reply.Header("Retry-After"), reply.Header("retry-after-ms")));
        Assert.Equal(1, server.Stats.Rejected429);
    }

    [Fact]
    public async Task Drop_Always_EndsTheConnectionWithinTheBody()
    {
        await using var server = await StartAsync(new() { DropRate = 1 });
        using var client = new ChatClient(server);

        using var response = await client.StartAsync("x");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => ChatClient.Reply.ReadAsync(response));

        Assert.Equal(HttpRequestError.ResponseEnded, error.HttpRequestError);
        Assert.Equal(1, server.Stats.Dropped);
        Assert.True(server.Stats.CompletionTokens > 0, "The model had made its answer.");
    }

    [Fact]
    public async Task Broken_Always_IsHalfTheJson()
    {
        await using var server = await StartAsync(new() { BrokenRate = 1 });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("x");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.StartsWith("{", reply.Text, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => reply.Json);
        Assert.Equal((0, 1), (server.Stats.Ok, server.Stats.Broken));
    }

    [Fact]
    public async Task Cut_Always_IsHalfTheContent()
    {
        await using var server = await StartAsync(new() { CutRate = 1 });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("twelve chars");

        Assert.Equal(("twelve", "length", 2), (reply.Content, reply.FinishReason, reply.Usage("completion_tokens")));
        Assert.Equal(1, server.Stats.Ok);
    }

    [Fact]
    public async Task Slow_Always_HeadersComeAtOnceAndTheBodyInItsTime()
    {
        await using var server = await StartAsync(new() { SlowRate = 1, SlowTime = TimeSpan.FromSeconds(5) });
        using var client = new ChatClient(server);

        using var response = await client.StartAsync("x");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, server.Stats.Running);
        var (reply, passed) = await _time.RunAsync(ChatClient.Reply.ReadAsync(response));

        Assert.Equal("x", reply.Content);
        Assert.True(passed >= TimeSpan.FromSeconds(5), $"It took {passed}.");
        Assert.Equal((1, 0), (server.Stats.Ok, server.Stats.Running));
    }

    [Fact]
    public async Task Latency_WithSpread_LiesWithinAndDiffers()
    {
        await using var server = await StartAsync(new() { Latency = TimeSpan.FromMilliseconds(200), LatencySpread = TimeSpan.FromMilliseconds(100) });
        using var client = new ChatClient(server);

        var latencies = new HashSet<int>();
        foreach (var prompt in new[] { "a", "b", "c", "d" })
        {
            var (reply, passed) = await _time.RunAsync(client.AskAsync(prompt));
            var latency = int.Parse(reply.Header("openai-processing-ms")!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(latency, 200, 300);
            Assert.True(passed.TotalMilliseconds >= latency, $"It said {latency} ms and took {passed}.");
            latencies.Add(latency);
        }

        Assert.True(latencies.Count > 1, "The spread was the same for all.");
    }

    [Theory]
    [InlineData(OutageKind.Status503)]
    [InlineData(OutageKind.Drop)]
    public async Task Outage_InItsWindow_NothingAnswers(OutageKind kind)
    {
        await using var server = await StartAsync(new() { OutageAfter = TimeSpan.FromSeconds(10), OutageTime = TimeSpan.FromSeconds(60), OutageAs = kind });
        using var client = new ChatClient(server);

        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("before")).Status);
        _time.Advance(TimeSpan.FromSeconds(10));
        await AssertOutAsync();
        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        await AssertOutAsync();
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("after")).Status);
        Assert.Equal(kind == OutageKind.Drop ? (0, 2) : (2, 0), (server.Stats.Failed5xx, server.Stats.Dropped));

        async Task AssertOutAsync()
        {
            if (kind == OutageKind.Drop)
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => client.AskAsync("within"));
            }
            else
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.AskAsync("within")).Status);
            }
        }
    }

    [Fact]
    public async Task Rates_SameSeed_SameFatesInAnyOrder()
    {
        var prompts = Enumerable.Range(0, 200).Select(static i => $"prompt {i}").ToArray();

        var forth = await FatesAsync(seed: 7, prompts);
        var back = await FatesAsync(seed: 7, prompts.Reverse());
        var other = await FatesAsync(seed: 8, prompts);

        Assert.Equal(forth, back);
        Assert.NotEqual(forth, other);
        // Of 400 draws: five standard deviations on either side.
        Assert.InRange(forth.Values.Sum(static fates => fates.Count(static status => status == HttpStatusCode.ServiceUnavailable)), 77, 163);
        Assert.Contains(forth.Values, static fates => fates[0] != fates[1]);
    }

    private async Task<SortedDictionary<string, HttpStatusCode[]>> FatesAsync(ulong seed, IEnumerable<string> prompts)
    {
        await using var server = await StartAsync(new() { FailRate = 0.3, Seed = seed });
        using var client = new ChatClient(server);
        var fates = new SortedDictionary<string, HttpStatusCode[]>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            fates[prompt] = [(await client.AskAsync(prompt)).Status, (await client.AskAsync(prompt)).Status];
        }

        return fates;
    }

    private Task<ChatEmulator> StartAsync(ChatEmulatorOptions options) => ChatEmulator.StartAsync(options with { TimeProvider = _time });
}
