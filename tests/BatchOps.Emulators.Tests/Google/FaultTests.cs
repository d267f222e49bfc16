using System.Net;
using BatchOps.Emulators.Google;
using BatchOps.Emulators.Tests.Support;

namespace BatchOps.Emulators.Tests.Google;

public sealed class FaultTests
{
    private const string BatchUpdate = "slides.presentations.batchUpdate";

    [Theory]
    [InlineData(FaultKind.DropBefore, false)]
    [InlineData(FaultKind.DropAfter, true)]
    public async Task Drop_BeforeOrAfter_EndsTheConnection(FaultKind kind, bool isApplied)
    {
        await using var server = await StartAsync(kind);
        using var client = new GoogleClient(server);

        await Assert.ThrowsAsync<HttpRequestException>(() => WriteAsync(client));

        Assert.Equal(isApplied, IsApplied(server));
        Assert.Equal(1, server.Stats.Of(BatchUpdate).Dropped);
        Assert.Equal(HttpStatusCode.OK, (await WriteAsync(client)).Status);
    }

    [Theory]
    [InlineData(FaultKind.Status500, 500, false)]
    [InlineData(FaultKind.Status503, 503, false)]
    [InlineData(FaultKind.Status503After, 503, true)]
    [InlineData(FaultKind.Html502, 502, false)]
    public async Task Status_OfAServerInTrouble_IsAppliedOrNot(FaultKind kind, int status, bool isApplied)
    {
        await using var server = await StartAsync(kind);
        using var client = new GoogleClient(server);

        var reply = await WriteAsync(client);

        Assert.Equal((status, isApplied), ((int)reply.Status, IsApplied(server)));
        Assert.Equal(kind == FaultKind.Html502 ? "text/html" : "application/json", reply.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(1, server.Stats.Of(BatchUpdate).Failed);
    }

    [Theory]
    [InlineData(FaultKind.Stall, false)]
    [InlineData(FaultKind.StallAfter, true)]
    public async Task Stall_BeforeOrAfter_IsOverWhenTheClientGivesUp(FaultKind kind, bool isApplied)
    {
        await using var server = await StartAsync(kind);
        using var client = new GoogleClient(server);
        using var patience = new CancellationTokenSource();

        var call = client.PostAsync("v1/presentations/deck:batchUpdate", Body, patience.Token);
        await StalledAsync(server).Within();
        Assert.False(call.IsCompleted);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(isApplied, IsApplied(server));
    }

    [Fact]
    public async Task Throttle_ByRule_Is429WithItsHints()
    {
        await using var server = await StartAsync(FaultKind.Throttle, new() { Hints = QuotaHints.RetryAfter, ThrottleWait = TimeSpan.FromSeconds(2.5) });
        using var client = new GoogleClient(server);

        var reply = await WriteAsync(client);

        Assert.Equal((HttpStatusCode.TooManyRequests, "3", 1L), (reply.Status, reply.Header("Retry-After"), server.Stats.Of(BatchUpdate).Throttled));
    }

    [Fact]
    public async Task Rule_ForSomeCalls_MeetsTheseAlone()
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true, FaultRules = [new FaultRule("slides.presentations.get", FaultKind.Status500, From: 2, Times: 2)] });
        using var client = new GoogleClient(server);

        var statuses = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            statuses.Add((int)(await client.GetAsync("v1/presentations/demo-template")).Status);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("drive/v3/files")).Status);
        }

        Assert.Equal([200, 500, 500, 200], statuses);
    }

    [Fact]
    public async Task Rates_OfOneSeed_AreTheSameEachTimeAndAboutRight()
    {
        var first = await RunAsync(seed: 1);
        var second = await RunAsync(seed: 1);
        var other = await RunAsync(seed: 2);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(static status => status == 500), 20, 60);
        Assert.InRange(first.Count(static status => status == 503), 40, 80);

        static async Task<int[]> RunAsync(ulong seed)
        {
            await using var server = await GoogleEmulator.StartAsync(new()
            {
                Demo = true,
                Seed = seed,
                FaultRates = new Dictionary<FaultKind, double> { [FaultKind.Status500] = 0.2, [FaultKind.Status503] = 0.3 },
            });
            using var client = new GoogleClient(server);
            var statuses = new int[200];
            for (var i = 0; i < statuses.Length; i++)
            {
                statuses[i] = (int)(await client.GetAsync("v1/presentations/demo-template?fields=title")).Status;
            }

            return statuses;
        }
    }

    [Fact]
    public async Task Start_BadOptions_NamesAllOfThem()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() => GoogleEmulator.StartAsync(new()
        {
            Port = -1,
            WritesPerMinute = -1,
            QuotaWindow = TimeSpan.Zero,
            FaultRates = new Dictionary<FaultKind, double> { [FaultKind.Stall] = 0.6, [FaultKind.DropAfter] = 0.5 },
            FaultRules = [new FaultRule(BatchUpdate, FaultKind.Stall, From: 0)],
        }));

        foreach (var name in new[] { "Port", "WritesPerMinute", "QuotaWindow", "FaultRates", "FaultRules" })
        {
            Assert.Contains($"{name} must be", error.Message, StringComparison.Ordinal);
        }
    }

    private static string Body => $$"""{"requests":[{{Ask.InsertText("shape", "x")}}]}""";

    private static Task<GoogleClient.Reply> WriteAsync(GoogleClient client) => client.PostAsync("v1/presentations/deck:batchUpdate", Body);

    private static bool IsApplied(GoogleEmulator server) => server.Store.Presentation("deck").Element("shape").Text is not null;

    private static async Task StalledAsync(GoogleEmulator server)
    {
        while (server.Stats.Of(BatchUpdate).Stalled == 0)
        {
            await Task.Yield();
        }
    }

    private static async Task<GoogleEmulator> StartAsync(FaultKind kind, GoogleEmulatorOptions? options = null)
    {
        var server = await GoogleEmulator.StartAsync((options ?? new()) with { FaultRules = [new FaultRule(BatchUpdate, kind)] });
        server.Store.AddPresentation("deck", "Deck", static deck => deck.AddSlide("slide").AddShape("shape"));
        return server;
    }
}
