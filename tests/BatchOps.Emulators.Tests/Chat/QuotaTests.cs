using System.Globalization;
using System.Net;
using BatchOps.Emulators.Chat;
using BatchOps.Emulators.Limits;
using BatchOps.Emulators.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class QuotaTests
{
    private const string FourTokens = "a prompt"; // two, and two for its echo

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task SlidingWindow_Requests_NoWindowHoldsMore()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 3 });
        using var client = new ChatClient(server);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        Assert.Equal((6, 4), (server.Stats.Ok, server.Stats.Rejected429));
    }

    [Fact]
    public async Task TokenBucket_Requests_RefillsEvenly()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 3, Quota = QuotaKind.TokenBucket });
        using var client = new ChatClient(server);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromSeconds(20) - TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        // Never more than a window's worth.
        _time.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
    }

    [Theory]
    [InlineData(QuotaKind.SlidingWindow)]
    [InlineData(QuotaKind.TokenBucket)]
    public async Task Tokens_AsManyAsFit_ThenRefused(QuotaKind kind)
    {
        await using var server = await StartAsync(new() { TokensPerMinute = 10, Quota = kind });
        using var client = new ChatClient(server);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        var refused = await client.AskAsync(FourTokens);

        Assert.Equal((HttpStatusCode.TooManyRequests, "tokens", "rate_limit_exceeded"), (refused.Status, refused.ErrorType, refused.ErrorCode));
        Assert.Equal("10", refused.Header("x-ratelimit-limit-tokens"));
        Assert.Equal("2", refused.Header("x-ratelimit-remaining-tokens"));
        Assert.Equal(8, server.Stats.TotalTokens);
        // Two more fit when two tokens are back (the bucket), or when the first request is a minute old (the window).
        var wait = TimeSpan.FromSeconds(kind == QuotaKind.TokenBucket ? 12 : 60);
        Assert.Equal(wait.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), refused.Header("retry-after-ms"));
        _time.Advance(wait);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
    }

    [Fact]
    public async Task Tokens_MoreThanTheLimit_NeverFitAndGetNoHint()
    {
        await using var server = await StartAsync(new() { TokensPerMinute = 3 });
        using var client = new ChatClient(server);

        var refused = await client.AskAsync(FourTokens);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("never fits", refused.ErrorMessage, StringComparison.Ordinal);
        Assert.Null(refused.Header("Retry-After"));
        Assert.Null(refused.Header("retry-after-ms"));
    }

    [Fact]
    public async Task Refused_ForTokens_TakesNoRequest()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 2, TokensPerMinute = 7 });
        using var client = new ChatClient(server);

        Assert.Equal("1", (await client.AskAsync(FourTokens)).Header("x-ratelimit-remaining-requests"));
        Assert.Equal("1", (await client.AskAsync(FourTokens)).Header("x-ratelimit-remaining-requests"));
        Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("x")).Status);
    }

    [Fact]
    public async Task Window_OfTenSeconds_HoldsASixthOfTheMinute()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 12, QuotaWindow = TimeSpan.FromSeconds(10) });
        using var client = new ChatClient(server);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(client));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client));
    }

    [Theory]
    [InlineData(RetryHints.None, null, null, null)]
    [InlineData(RetryHints.Seconds, "51", null, null)]
    [InlineData(RetryHints.Date, "Sun, 01 Mar 2026 12:01:00 GMT", null, null)]
    [InlineData(RetryHints.Milliseconds, null, "50400", null)]
    [InlineData(RetryHints.Reset, null, null, "50.4s")]
    [InlineData(RetryHints.Seconds | RetryHints.Milliseconds | RetryHints.Reset, "51", "50400", "50.4s")]
    public async Task Hints_OnA429_AreThoseThatWereChosen(RetryHints hints, string? retryAfter, string? milliseconds, string? reset)
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 1, Hints = hints });
        using var client = new ChatClient(server);

        Assert.Equal("1m0s", (await client.AskAsync("x")).Header("x-ratelimit-reset-requests"));
        _time.Advance(TimeSpan.FromSeconds(9.6));
        var refused = await client.AskAsync("x");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Equal("requests", refused.ErrorType);
        Assert.Equal(retryAfter, refused.Header("Retry-After"));
        Assert.Equal(milliseconds, refused.Header("retry-after-ms"));
        Assert.Equal(reset, refused.Header("x-ratelimit-reset-requests"));
        Assert.Equal("0", refused.Header("x-ratelimit-remaining-requests"));
    }

    [Fact]
    public async Task HintDate_BetweenTwoSeconds_IsTheLater()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 1, Hints = RetryHints.Date });
        using var client = new ChatClient(server);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await client.AskAsync("x");

        Assert.Equal("Sun, 01 Mar 2026 12:01:01 GMT", (await client.AskAsync("x")).Header("Retry-After"));
    }

    [Theory]
    [InlineData(0.017, "17ms")]
    [InlineData(1, "1s")]
    [InlineData(360, "6m0s")]
    [InlineData(3690.5, "1h1m30.5s")]
    public async Task ResetHeader_AnyDuration_IsWrittenAsTheServiceDoes(double window, string text)
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 1, QuotaWindow = TimeSpan.FromSeconds(window) });
        using var client = new ChatClient(server);

        Assert.Equal(text, (await client.AskAsync("x")).Header("x-ratelimit-reset-requests"));
    }

    [Fact]
    public async Task ResetHeader_OfTheBucket_IsTheTimeUntilItIsFull()
    {
        await using var server = await StartAsync(new() { RequestsPerMinute = 60, Quota = QuotaKind.TokenBucket });
        using var client = new ChatClient(server);

        Assert.Equal("1s", (await client.AskAsync("x")).Header("x-ratelimit-reset-requests"));
        Assert.Equal("2s", (await client.AskAsync("x")).Header("x-ratelimit-reset-requests"));
    }

    [Fact]
    public async Task MaxConcurrent_OneMore_IsRefusedUntilOneHasEnded()
    {
        await using var server = await StartAsync(new() { MaxConcurrent = 2, Latency = TimeSpan.FromSeconds(1), ThrottleWait = TimeSpan.FromSeconds(7) });
        using var client = new ChatClient(server);

        var first = client.AskAsync("one");
        var second = client.AskAsync("two");
        await server.ReachesAsync(running: 2);
        var refused = await client.AskAsync("three");
        await _time.RunAsync(Task.WhenAll(first, second));
        var (third, _) = await _time.RunAsync(client.AskAsync("three"));

        Assert.Equal((HttpStatusCode.TooManyRequests, "7"), (refused.Status, refused.Header("Retry-After")));
        Assert.Equal(HttpStatusCode.OK, third.Status);
        Assert.Equal(3, server.Stats.PeakConcurrent);
    }

    private static async Task<HttpStatusCode> AskAsync(ChatClient client) => (await client.AskAsync(FourTokens)).Status;

    private Task<ChatEmulator> StartAsync(ChatEmulatorOptions options) => ChatEmulator.StartAsync(options with { TimeProvider = _time });
}
