using System.Net;
using BatchOps.Emulators.Google;
using BatchOps.Emulators.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Google;

/// <summary>Writes that take time, meet each other, and are repeated.</summary>
public sealed class WriteTests
{
    // Long enough, at the pace of the virtual clock, for all that a test sends to be at work together.
    private static readonly TimeSpan Meeting = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Latency_OfReadsAndWrites_IsSpentByTheClock()
    {
        await using var server = await StartAsync(new() { ReadLatency = TimeSpan.FromSeconds(1), WriteLatency = TimeSpan.FromSeconds(3) });
        using var client = new GoogleClient(server);

        var (_, read) = await _time.RunAsync(client.GetAsync("v1/presentations/one"));
        var (_, list) = await _time.RunAsync(client.GetAsync("drive/v3/files"));
        var (_, write) = await _time.RunAsync(client.BatchAsync("one", Ask.InsertText("shape", "x")));
        var (_, copy) = await _time.RunAsync(client.PostAsync("drive/v3/files/one/copy", "{}"));

        Assert.InRange(read, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.InRange(list, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.InRange(write, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
        Assert.InRange(copy, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Writes_ToOnePresentationAtOnce_OneIsRefused()
    {
        await using var server = await StartAsync(new() { WriteLatency = Meeting });
        using var client = new GoogleClient(server);

        var first = client.BatchAsync("one", Ask.InsertText("shape", "1"));
        await server.ReachesAsync(running: 1);
        var second = client.BatchAsync("one", Ask.InsertText("shape", "2"));
        await server.ReachesAsync(running: 2);
        var (replies, _) = await _time.RunAsync(Task.WhenAll(first, second));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], replies.Select(static reply => reply.Status).Order());
        Assert.Equal((1, 1, 0, 1), (server.Stats.OverlappingWrites, server.Stats.AppliedWrites, server.Stats.RejectedWrites, server.Stats.PeakConcurrentWrites));
        Assert.Equal(1, server.Store.Presentation("one").Element("shape").Text!.Length);
    }

    [Fact]
    public async Task Writes_ToTwoPresentationsAtOnce_AreBothApplied()
    {
        await using var server = await StartAsync(new() { WriteLatency = Meeting });
        using var client = new GoogleClient(server);

        var first = client.BatchAsync("one", Ask.InsertText("shape", "1"));
        var second = client.BatchAsync("two", Ask.InsertText("shape", "2"));
        await server.ReachesAsync(running: 2);
        await _time.RunAsync(Task.WhenAll(first, second));

        Assert.Equal((0, 2, 2, 2), (server.Stats.OverlappingWrites, server.Stats.AppliedWrites, server.Stats.PeakConcurrentWrites, server.Stats.PeakConcurrent));
    }

    [Fact]
    public async Task Write_WhoseClientHasGone_IsAppliedAndTheNextIsNoOverlap()
    {
        await using var server = await StartAsync(new() { WriteLatency = Meeting });
        using var impatient = new GoogleClient(server);
        using var client = new GoogleClient(server);
        using var patience = new CancellationTokenSource();

        var first = impatient.PostAsync("v1/presentations/one:batchUpdate", $$"""{"requests":[{{Ask.InsertText("shape", "1")}}]}""", patience.Token);
        await server.ReachesAsync(running: 1);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var (second, _) = await _time.RunAsync(client.BatchAsync("one", Ask.InsertText("shape", "2")));

        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("21", server.Store.Presentation("one").Element("shape").Text!.Text);
        Assert.Equal((0, 2), (server.Stats.OverlappingWrites, server.Stats.AppliedWrites));
        Assert.Equal((1, 1), (server.Stats.Of("slides.presentations.batchUpdate").Ok, server.Stats.Of("slides.presentations.batchUpdate").Abandoned));
    }

    [Fact]
    public async Task Batch_AppliedTwice_IsCountedAsADuplicate()
    {
        await using var server = await StartAsync(new());
        using var client = new GoogleClient(server);
        var revision = server.Store.Presentation("one").RevisionId;

        var first = await client.BatchOnAsync("one", revision, Ask.InsertText("shape", "x"));
        await client.BatchOnAsync("one", revision, Ask.InsertText("shape", "x"));
        await client.BatchAsync("two", Ask.InsertText("shape", "x"));
        Assert.Equal(0, server.Stats.DuplicateWrites);
        await client.BatchOnAsync("one", first.Revision, Ask.InsertText("shape", "x"));

        Assert.Equal((1, 3), (server.Stats.DuplicateWrites, server.Stats.AppliedWrites));
    }

    [Fact]
    public async Task Write_AnotherWriterIsFaster_IsStaleOnlyWhenItAsksForARevision()
    {
        await using var server = await StartAsync(new() { WriteLatency = TimeSpan.FromSeconds(1) });
        using var client = new GoogleClient(server);

        var strict = client.BatchOnAsync("one", server.Store.Presentation("one").RevisionId, Ask.InsertText("shape", "1"));
        var easy = client.BatchAsync("two", Ask.InsertText("shape", "1"));
        await server.ReachesAsync(running: 2);
        server.Store.Edit("one", static deck => deck.Title = "Mine");
        server.Store.Edit("two", static deck => deck.Title = "Mine");
        var (replies, _) = await _time.RunAsync(Task.WhenAll(strict, easy));

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.OK], replies.Select(static reply => reply.Status));
        Assert.Equal(("Mine", "1"), (server.Store.Presentation("two").Title, server.Store.Presentation("two").Element("shape").Text!.Text));
    }

    [Fact]
    public async Task Dispose_AWriteAtWork_EndsAtOnce()
    {
        var server = await StartAsync(new() { WriteLatency = TimeSpan.FromHours(1) });
        using var client = new GoogleClient(server);
        var call = client.BatchAsync("one", Ask.InsertText("shape", "1"));
        await server.ReachesAsync(running: 1);

        await server.DisposeAsync().AsTask().Within();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    private async Task<GoogleEmulator> StartAsync(GoogleEmulatorOptions options)
    {
        var server = await GoogleEmulator.StartAsync(options with { TimeProvider = _time });
        foreach (var id in new[] { "one", "two" })
        {
            server.Store.AddPresentation(id, id, static deck => deck.AddSlide("slide").AddShape("shape"));
        }

        return server;
    }
}
