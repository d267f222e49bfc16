using System.Net;
using BatchOps.Emulators.Google;
using BatchOps.Engine;
using BatchOps.Slides.Google;
using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Tests.Google;

public sealed class GoogleCallsTests
{
    [Theory]
    [InlineData(FaultKind.DropBefore, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.DropAfter, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.Status500, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.Status503, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.Html502, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.Stall, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.StallAfter, OutcomeClass.Transient, true)]
    [InlineData(FaultKind.Throttle, OutcomeClass.Throttled, false)]
    public async Task Call_Fails_IsSentOnceAndClassified(FaultKind fault, OutcomeClass expected, bool mayHaveBeenApplied)
    {
        await using var rig = await GoogleRig.StartAsync(
            new() { FaultRules = [new FaultRule("drive.files.get", fault)] },
            new() { Timeout = fault is FaultKind.Stall or FaultKind.StallAfter ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(30) });
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        var deck = GoogleRig.Deck();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => rig.Files.GetAsync("deck", deck));

        Assert.Equal(expected, OutcomeClassifier.Classify(failure).Class);
        Assert.Equal(mayHaveBeenApplied, GoogleCallException.MayHaveBeenApplied(failure));
        Assert.Equal(1, rig.Stats.Requests);
        Assert.Equal(1, deck.Calls);
        Assert.DoesNotContain("<html", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Deck", (await rig.Files.GetAsync("deck", deck)).Name);
    }

    [Fact]
    public async Task Call_GetsNoAnswer_TimesOutByItself()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule("slides.presentations.get", FaultKind.Stall)] }, new() { Timeout = TimeSpan.FromMilliseconds(200) });

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => rig.Calls.ExecuteAsync(rig.Calls.Slides.Presentations.Get("deck"), GoogleLimit.SlidesReads, GoogleRig.Deck()));

        Assert.Contains("0.2 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_IsCanceled_IsNoTimeoutAndNoFailure()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule("drive.files.get", FaultKind.Stall)] });
        using var stop = new CancellationTokenSource();
        var call = rig.Files.GetAsync("deck", GoogleRig.Deck(stop.Token));
        SpinWait.SpinUntil(() => rig.Stats.Of("drive.files.get").Calls == 1 || call.IsCompleted);

        await stop.CancelAsync();

        var failure = await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.Equal(OutcomeClass.Canceled, OutcomeClassifier.Classify(failure).Class);
    }

    // The answers' date is long gone: what counts is the server's clock.
    [Theory]
    [InlineData("Retry-After: 7", "{}", 7.0)]
    [InlineData("Retry-After: Fri, 01 Nov 2024 10:00:25 GMT", "{}", 25.0)]
    [InlineData("Retry-After: Fri, 01 Nov 2024 09:00:00 GMT", "{}", 0.0)]
    [InlineData("X-None: 1", """{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}""", 3.5)]
    [InlineData("X-None: 1", """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{"window_start_time":"2024-11-01T09:59:20Z"}}""", 20.0)]
    [InlineData("X-None: 1", """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{"window_start_time":"1730455190"}}""", 50.0)]
    [InlineData("X-None: 1", """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED","metadata":{"window_start_time":"2024-11-01T08:00:00Z"}}""", null)]
    [InlineData("X-None: 1", """{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED"}""", null)]
    [InlineData("Retry-After: 7", """{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3.5s"}""", 7.0)]
    public async Task Throttled_WithAWish_IsTriedAgainAfterIt(string header, string detail, double? expected)
    {
        await using var server = new ScriptedServer($$$"""
            HTTP/1.1 429 Too Many Requests
            Date: Fri, 01 Nov 2024 10:00:00 GMT
            Content-Type: application/json
            {{{header}}}

            {"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{{{detail}}}]}}
            """);
        using var connection = GoogleRig.Connect(server.Address);

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => new DriveFiles(new GoogleCalls(connection)).GetAsync("deck", GoogleRig.Deck()));

        var (outcome, wait) = OutcomeClassifier.Classify(failure);
        Assert.Equal(OutcomeClass.Throttled, outcome);
        Assert.Equal(expected, wait?.TotalSeconds);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(QuotaHints.None, false)]
    [InlineData(QuotaHints.RetryAfter, true)]
    [InlineData(QuotaHints.RetryInfo, true)]
    [InlineData(QuotaHints.WindowStart, true)]
    public async Task Quota_AsA403_IsThrottledAndNoFaultOfTheItem(QuotaHints hints, bool tellsWait)
    {
        await using var rig = await GoogleRig.StartAsync(new() { DriveRequestsPerMinutePerUser = 1, QuotaAs403 = true, Hints = hints });
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        await rig.Files.GetAsync("deck", GoogleRig.Deck());

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Files.GetAsync("deck", GoogleRig.Deck()));

        Assert.Equal((HttpStatusCode.Forbidden, "userRateLimitExceeded"), (failure.StatusCode, failure.Reason));
        var (outcome, wait) = OutcomeClassifier.Classify(failure);
        Assert.Equal(OutcomeClass.Throttled, outcome);
        Assert.Equal(tellsWait, wait is { TotalSeconds: > 50 and <= 61 });
    }

    [Fact]
    public async Task Presentation_IsNotShared_NamesItAndTheRemedy()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("deck-of-others", "Deck");
        rig.Emulator.Store.Change("deck-of-others", static file => file with { Right = FileRight.None });

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Calls.ExecuteAsync(rig.Calls.Slides.Presentations.Get("deck-of-others"), GoogleLimit.SlidesReads, GoogleRig.Deck()));

        Assert.Equal(OutcomeClass.ItemFault, OutcomeClassifier.Classify(failure).Class);
        Assert.Contains("presentation 'deck-of-others'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("hare", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Presentation_IsUnknown_NamesItAndWhereToLook()
    {
        await using var rig = await GoogleRig.StartAsync();

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Calls.ExecuteAsync(
            rig.Calls.Slides.Presentations.BatchUpdate(new BatchUpdatePresentationRequest { Requests = [] }, "no-such"), GoogleLimit.SlidesWrites, GoogleRig.Deck()));

        Assert.Equal(HttpStatusCode.NotFound, failure.StatusCode);
        Assert.Contains("presentation 'no-such'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/d/", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_IsRefused_TellsWhichRequestIsAtFault()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        var body = new BatchUpdatePresentationRequest
        {
            Requests =
            [
                new Request { ReplaceAllText = new() { ContainsText = new() { Text = "a" }, ReplaceText = "b" } },
                new Request { DeleteObject = new() { ObjectId = "no-such-object" } },
            ],
        };

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Calls.ExecuteAsync(rig.Calls.Slides.Presentations.BatchUpdate(body, "deck"), GoogleLimit.SlidesWrites, GoogleRig.Deck()));

        Assert.Equal(1, failure.FailedRequest);
        Assert.Equal(OutcomeClass.ItemFault, OutcomeClassifier.Classify(failure).Class);
        Assert.Contains("no-such-object", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_HasExpired_SaysSoAndKeepsItSecret()
    {
        await using var rig = await GoogleRig.StartAsync(new() { AccessTokens = [new AccessToken("another", "user@example.com")] });

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Files.GetAsync("deck", GoogleRig.Deck()));

        Assert.Equal(OutcomeClass.ItemFault, OutcomeClassifier.Classify(failure).Class);
        Assert.Contains("expired", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(GoogleRig.Token, failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, rig.Stats.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":{\"code\":400,\"message\":\"Bad header Authorization: Bearer " + GoogleRig.Token + "\"}}")]
    [InlineData("HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n<html>Authorization: Bearer " + GoogleRig.Token + "</html>")]
    [InlineData("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"id\": Bearer " + GoogleRig.Token)]
    public async Task Answer_QuotesTheToken_ItIsNotPassedOn(string answer)
    {
        await using var server = new ScriptedServer(answer);
        using var connection = GoogleRig.Connect(server.Address);

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => new DriveFiles(new GoogleCalls(connection)).GetAsync("deck", GoogleRig.Deck()));

        for (Exception? at = failure; at is not null; at = at.InnerException)
        {
            Assert.DoesNotContain(GoogleRig.Token, at.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Answer_IsNoAnswerOfGoogles_IsWorthAnotherTry()
    {
        await using var server = new ScriptedServer("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"id\": \"cut o");
        using var connection = GoogleRig.Connect(server.Address);

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => new DriveFiles(new GoogleCalls(connection)).GetAsync("deck", GoogleRig.Deck()));

        Assert.Equal(OutcomeClass.Transient, OutcomeClassifier.Classify(failure).Class);
        Assert.True(GoogleCallException.MayHaveBeenApplied(failure));
    }

    [Fact]
    public async Task Calls_OfItems_TakeTheTokensOfTheirLimit()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("deck", "Deck");
        var rates = new Dictionary<string, RateLimit>(StringComparer.Ordinal) { [GoogleLimit.Drive.Name] = new(2, TimeSpan.FromDays(1)) { Share = 1, Burst = 2 } };
        var done = 0;

        await foreach (var result in Batch.RunAsync<int, string>(
            [1, 2, 3],
            async lease => (await rig.Files.GetAsync("deck", new DeckCalls(lease, lease.CancellationToken))).Id!,
            new BatchOptions { ThrottleLimit = 3, ThrottleOptions = new ThrottleOptions { CallRates = rates } },
            cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal(ItemStatus.Succeeded, result.Status);
            if (++done == 2)
            {
                break;
            }
        }

        Assert.Equal(2, rig.Stats.Of("drive.files.get").Calls);
    }
}
