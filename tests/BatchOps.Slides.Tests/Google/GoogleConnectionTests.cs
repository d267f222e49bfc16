using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google;

public sealed class GoogleConnectionTests
{
    [Fact]
    public async Task Calls_OfManyConnections_ShareTheSocketsOfOnePool()
    {
        await using var rig = await GoogleRig.StartAsync(new() { ReadLatency = TimeSpan.FromMilliseconds(20) }, new() { PoolSize = 3 });
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        using var other = GoogleRig.Connect(rig.Emulator.BaseAddress, new() { PoolSize = 3 });
        var calls = new[] { rig.Calls, new GoogleCalls(other) };

        await Task.WhenAll(Enumerable.Range(0, 60).Select(at => at % 3 == 0
            ? calls[at % 2].ExecuteAsync(calls[at % 2].Slides.Presentations.Get("deck"), GoogleLimit.SlidesReads, GoogleRig.Deck())
            : (Task)new DriveFiles(calls[at % 2]).GetAsync("deck", GoogleRig.Deck())));

        Assert.Equal(60, rig.Stats.Requests);
        Assert.InRange(rig.Stats.Connections, 2, 3);
    }

    [Fact]
    public async Task Connection_IsDisposed_LeavesTheSocketsToOthers()
    {
        await using var rig = await GoogleRig.StartAsync(connection: new() { PoolSize = 1 });
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        using (var first = GoogleRig.Connect(rig.Emulator.BaseAddress, new() { PoolSize = 1 }))
        {
            await new DriveFiles(new GoogleCalls(first)).GetAsync("deck", GoogleRig.Deck());
        }

        await rig.Files.GetAsync("deck", GoogleRig.Deck());

        Assert.Equal(1, rig.Stats.Connections);
    }

    [Fact]
    public async Task Calls_AreCompressedBothWays()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("deck", new string('d', 4000));

        await rig.Files.CopyAsync("deck", new string('c', 4000), null, "stamp", lookFirst: false, GoogleRig.Deck());
        var read = await rig.Calls.ExecuteAsync(rig.Calls.Slides.Presentations.Get("deck"), GoogleLimit.SlidesReads, GoogleRig.Deck());

        Assert.Equal(4000, read.Title!.Length);
        Assert.Equal(1, rig.Stats.CompressedRequests);
        Assert.True(rig.Stats.CompressedAnswers >= 1);
    }

    [Theory]
    [InlineData("http://example.com/", 20, 100, "https")]
    [InlineData("ftp://127.0.0.1/", 20, 100, "https")]
    [InlineData(null, 0, 100, "1 and 1000")]
    [InlineData(null, 1001, 100, "1 and 1000")]
    [InlineData(null, 20, 0, "more than 0")]
    public void Options_OutOfRange_SayWhatIsAllowed(string? endpoint, int poolSize, double seconds, string expected)
    {
        var options = new GoogleConnectionOptions { Endpoint = endpoint is null ? null : new Uri(endpoint), PoolSize = poolSize, Timeout = TimeSpan.FromSeconds(seconds) };

        var failure = Assert.Throws<GoogleSetupException>(() => new GoogleConnection(GoogleCredentials.FromAccessToken(GoogleRig.Secret(GoogleRig.Token)), options));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }
}
