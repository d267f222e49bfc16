using System.Net;
using System.Text.Json;
using BatchOps.Emulators.Google;
using BatchOps.Emulators.Limits;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Google;

public sealed class QuotaTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Writes_OfAUser_ABatchIsOne()
    {
        await using var server = await StartAsync(new() { WritesPerMinutePerUser = 2 });
        using var client = new GoogleClient(server, "me");
        using var other = new GoogleClient(server, "you");

        Assert.Equal(HttpStatusCode.OK, (await client.BatchAsync("demo-template", Ask.ReplaceText("a", "b"), Ask.ReplaceText("c", "d"), Ask.ReplaceText("e", "f"))).Status);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, await WriteAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await WriteAsync(client));
        Assert.Equal(HttpStatusCode.OK, await WriteAsync(other));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(HttpStatusCode.OK, await WriteAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await WriteAsync(client));

        var stats = server.Stats.Of("slides.presentations.batchUpdate");
        Assert.Equal((6, 4, 2, 0), (stats.Calls, stats.Ok, stats.Throttled, stats.Refused));
        Assert.Equal((4, 0), (server.Stats.AppliedWrites, server.Stats.RejectedWrites));
    }

    [Fact]
    public async Task Limits_OfReadsWritesAndDrive_AreCountedApart()
    {
        await using var server = await StartAsync(new() { ReadsPerMinute = 1, WritesPerMinute = 1, DriveRequestsPerMinute = 1 });
        using var client = new GoogleClient(server, "me");
        using var other = new GoogleClient(server, "you");

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(client));
        Assert.Equal(HttpStatusCode.OK, await WriteAsync(client));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("drive/v3/files")).Status);
        // Those of the project are the same for all users.
        Assert.Equal(HttpStatusCode.TooManyRequests, await ReadAsync(other));
        Assert.Equal(HttpStatusCode.TooManyRequests, await WriteAsync(other));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await other.DeleteAsync("drive/v3/files/demo-template")).Status);
    }

    [Fact]
    public async Task QuotaUser_InTheQuery_IsWhoseQuotaItIs()
    {
        await using var server = await StartAsync(new() { ReadsPerMinutePerUser = 1 });
        using var client = new GoogleClient(server, "me");

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/presentations/demo-template?quotaUser=a")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/presentations/demo-template?quotaUser=b")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("v1/presentations/demo-template?quotaUser=a")).Status);
    }

    [Fact]
    public async Task Window_OfFiveSeconds_HoldsATwelfthOfTheMinute()
    {
        await using var server = await StartAsync(new() { ReadsPerMinute = 12, QuotaWindow = TimeSpan.FromSeconds(5), Quota = QuotaKind.TokenBucket });
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await ReadAsync(client));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(client));
    }

    [Theory]
    [InlineData(QuotaHints.None, null, null, null)]
    [InlineData(QuotaHints.RetryAfter, "51", null, null)]
    [InlineData(QuotaHints.RetryInfo, null, "50.4s", null)]
    [InlineData(QuotaHints.WindowStart, null, null, 1772366400L)]
    [InlineData(QuotaHints.RetryAfter | QuotaHints.RetryInfo | QuotaHints.WindowStart, "51", "50.4s", 1772366400L)]
    public async Task Hints_OnARefusal_AreThoseThatWereChosen(QuotaHints hints, string? header, string? delay, long? windowStart)
    {
        await using var server = await StartAsync(new() { WritesPerMinutePerUser = 1, Hints = hints });
        using var client = new GoogleClient(server);

        await WriteAsync(client);
        _time.Advance(TimeSpan.FromSeconds(9.6));
        var reply = await client.BatchAsync("demo-template", Ask.ReplaceText("a", "b"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "RESOURCE_EXHAUSTED"), (reply.Status, reply.RpcStatus));
        Assert.StartsWith("Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service 'slides.googleapis.com'", reply.Message, StringComparison.Ordinal);
        Assert.Equal(header, reply.Header("Retry-After"));
        var details = reply.Error.GetProperty("details").EnumerateArray().ToDictionary(static detail => detail.GetProperty("@type").GetString()!.Split('.')[^1]);
        Assert.Equal(delay, details.TryGetValue("RetryInfo", out var info) ? info.GetProperty("retryDelay").GetString() : null);
        var metadata = details["ErrorInfo"].GetProperty("metadata");
        Assert.Equal(("1/min/{project}/{user}", "1"), (metadata.GetProperty("quota_unit").GetString(), metadata.GetProperty("quota_limit_value").GetString()));
        Assert.Equal(windowStart?.ToString(), metadata.TryGetProperty("window_start_time", out var start) ? start.GetString() : null);
    }

    [Theory]
    [InlineData(1, 0, "rateLimitExceeded")]
    [InlineData(0, 1, "userRateLimitExceeded")]
    public async Task QuotaAs403_OfProjectOrUser_SaysWhich(int project, int user, string reason)
    {
        await using var server = await StartAsync(new() { QuotaAs403 = true, ReadsPerMinute = project, ReadsPerMinutePerUser = user });
        using var client = new GoogleClient(server);

        await ReadAsync(client);
        var reply = await client.GetAsync("v1/presentations/demo-template");

        Assert.Equal((HttpStatusCode.Forbidden, reason), (reply.Status, reply.Reason));
        Assert.Equal("usageLimits", reply.Error.GetProperty("errors")[0].GetProperty("domain").GetString());
        Assert.Equal(1, server.Stats.Of("slides.presentations.get").Throttled);
    }

    [Fact]
    public async Task Reset_AfterARefusal_MakesAllNew()
    {
        await using var server = await StartAsync(new() { ReadsPerMinute = 1 });
        using var client = new GoogleClient(server);
        await ReadAsync(client);
        await ReadAsync(client);

        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("reset", "")).Status);

        Assert.Equal(0, server.Stats.Requests);
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(client));
        Assert.Equal(1, JsonElement.Parse((await client.GetAsync("stats")).Text).GetProperty("methods").GetProperty("slides.presentations.get").GetProperty("ok").GetInt32());
    }

    private static async Task<HttpStatusCode> ReadAsync(GoogleClient client) => (await client.GetAsync("v1/presentations/demo-template")).Status;

    private static async Task<HttpStatusCode> WriteAsync(GoogleClient client) => (await client.BatchAsync("demo-template", Ask.ReplaceText("a", "b"))).Status;

    private Task<GoogleEmulator> StartAsync(GoogleEmulatorOptions options) => GoogleEmulator.StartAsync(options with { TimeProvider = _time, Demo = true });
}
