using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace BatchOps.Engine.Tests.Execution;

public sealed class OutcomeClassifierTests
{
    [Theory]
    [InlineData(400, OutcomeClass.ItemFault)]
    [InlineData(401, OutcomeClass.ItemFault)]
    [InlineData(403, OutcomeClass.ItemFault)]
    [InlineData(404, OutcomeClass.ItemFault)]
    [InlineData(408, OutcomeClass.Transient)]
    [InlineData(409, OutcomeClass.ItemFault)]
    [InlineData(422, OutcomeClass.ItemFault)]
    [InlineData(429, OutcomeClass.Throttled)]
    [InlineData(500, OutcomeClass.Transient)]
    [InlineData(501, OutcomeClass.Transient)]
    [InlineData(502, OutcomeClass.Transient)]
    [InlineData(503, OutcomeClass.Transient)]
    [InlineData(504, OutcomeClass.Transient)]
    [InlineData(505, OutcomeClass.Transient)]
    [InlineData(529, OutcomeClass.Transient)]
    public void Classify_HttpStatus(int status, OutcomeClass expected)
    {
        Assert.Equal(expected, OutcomeClassifier.ClassifyStatus((HttpStatusCode)status));
        Assert.Equal((expected, null), OutcomeClassifier.Classify(new HttpRequestException("status", inner: null, (HttpStatusCode)status)));
    }

    public static TheoryData<Exception, OutcomeClass> Exceptions => new()
    {
        { new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)), OutcomeClass.Transient },
        { new HttpRequestException("no status"), OutcomeClass.Transient },
        { new HttpRequestException("TLS", new AuthenticationException("certificate")), OutcomeClass.Transient },
        { new AuthenticationException("handshake"), OutcomeClass.Transient },
        { new SocketException((int)SocketError.HostNotFound), OutcomeClass.Transient },
        { new IOException("read", new SocketException((int)SocketError.ConnectionReset)), OutcomeClass.Transient },
        { new HttpIOException(HttpRequestError.ResponseEnded), OutcomeClass.Transient },
        { new TimeoutException(), OutcomeClass.Transient },
        { new TaskCanceledException("HttpClient.Timeout", new TimeoutException()), OutcomeClass.Transient },
        { new TaskCanceledException(), OutcomeClass.Canceled },
        { new OperationCanceledException(), OutcomeClass.Canceled },
        { new InvalidOperationException("wrapped", new OperationCanceledException()), OutcomeClass.Canceled },
        { new WebException("no response"), OutcomeClass.Transient },
        { new InvalidOperationException(), OutcomeClass.ItemFault },
        { new IOException("disk full"), OutcomeClass.ItemFault },
        { new UnauthorizedAccessException(), OutcomeClass.ItemFault },
        { new InvalidOperationException("script", new HttpRequestException("inside", inner: null, HttpStatusCode.TooManyRequests)), OutcomeClass.Throttled },
        { new AggregateException(new TimeoutException()), OutcomeClass.Transient },
        { new HttpRequestException("404 around a timeout", new TimeoutException(), HttpStatusCode.NotFound), OutcomeClass.ItemFault },
    };

    [Fact]
    public void Classify_ClientStatesTheClass_ItCounts()
    {
        var error = new HttpRequestException("quota", inner: null, HttpStatusCode.Forbidden);
        error.Data[OutcomeClassifier.ClassKey] = OutcomeClass.Throttled;
        error.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(3);

        Assert.Equal((OutcomeClass.Throttled, TimeSpan.FromSeconds(3)), OutcomeClassifier.Classify(new InvalidOperationException("around", error)));
    }

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Classify_TheFirstThatSaysSomethingDecides(Exception error, OutcomeClass expected) =>
        Assert.Equal((expected, null), OutcomeClassifier.Classify(error));

    [Fact]
    public void Classify_VeryLongChain_Ends()
    {
        Exception error = new TimeoutException();
        for (var i = 0; i < 10_000; i++)
        {
            error = new InvalidOperationException("outer", error);
        }

        Assert.Equal((OutcomeClass.ItemFault, null), OutcomeClassifier.Classify(error));
    }

    [Fact]
    public void Classify_RetryAfterInTheData_OfAnyExceptionInTheChain()
    {
        var inner = new HttpRequestException("429", inner: null, HttpStatusCode.TooManyRequests);
        inner.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(7);
        Assert.Equal((OutcomeClass.Throttled, TimeSpan.FromSeconds(7)), OutcomeClassifier.Classify(new InvalidOperationException("outer", inner)));

        var outer = new InvalidOperationException("outer", inner);
        outer.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(3);
        Assert.Equal((OutcomeClass.Throttled, TimeSpan.FromSeconds(3)), OutcomeClassifier.Classify(outer));
    }

    [Fact]
    public void Classify_DataOfAnotherType_IsIgnored()
    {
        var error = new HttpRequestException("429", inner: null, HttpStatusCode.TooManyRequests);
        error.Data[OutcomeClassifier.RetryAfterKey] = "soon";

        Assert.Null(OutcomeClassifier.Classify(error).RetryAfter);
    }

    [Fact]
    public void Classify_ResponseWithRetryAfterSeconds_GivesTheWait()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(42));

        Assert.Equal((OutcomeClass.Throttled, TimeSpan.FromSeconds(42)), OutcomeClassifier.Classify(new ResponseException(response)));
    }

    [Fact]
    public void Classify_ResponseWithRetryAfterDate_CountsFromTheServersClock()
    {
        var serverTime = DateTimeOffset.UtcNow.AddHours(-3);
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.Date = serverTime;
        response.Headers.RetryAfter = new RetryConditionHeaderValue(serverTime.AddSeconds(90));

        Assert.Equal((OutcomeClass.Transient, TimeSpan.FromSeconds(90)), OutcomeClassifier.Classify(new ResponseException(response)));
    }

    [Fact]
    public void Classify_ResponseWithRetryAfterMilliseconds_GivesTheExactWait()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(1));
        response.Headers.Add("retry-after-ms", "312.5");

        Assert.Equal((OutcomeClass.Throttled, TimeSpan.FromMilliseconds(312.5)), OutcomeClassifier.Classify(new ResponseException(response)));
    }

    [Fact]
    public void Classify_RetryAfterDateInThePast_IsNoWait()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter = new RetryConditionHeaderValue(DateTimeOffset.UtcNow.AddMinutes(-1));

        Assert.Equal(TimeSpan.Zero, OutcomeClassifier.Classify(new ResponseException(response)).RetryAfter);
    }

    [Fact]
    public void Classify_ResponseWithoutRetryAfter_GivesNone()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);

        Assert.Equal((OutcomeClass.Throttled, null), OutcomeClassifier.Classify(new ResponseException(response)));
    }

    [Theory]
    [InlineData(403, """{"error":{"errors":[{"reason":"rateLimitExceeded"}]}}""", true)]
    [InlineData(403, """{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}""", true)]
    [InlineData(403, """{"error":{"errors":[{"reason":"insufficientPermissions"}]}}""", false)]
    [InlineData(403, null, false)]
    [InlineData(404, "rateLimitExceeded", false)]
    public void IsQuota_OnlyA403ThatSaysSo(int status, string? body, bool expected)
    {
        Assert.Equal(expected, OutcomeClassifier.IsQuota(new HttpRequestException("status", inner: null, (HttpStatusCode)status), body));
        Assert.False(OutcomeClassifier.IsQuota(new InvalidOperationException(), body));
        Assert.False(OutcomeClassifier.IsQuota(error: null, body));
    }

    /// <summary>As the web cmdlets' HttpResponseException.</summary>
    private sealed class ResponseException(HttpResponseMessage response) : HttpRequestException("response", inner: null, response.StatusCode)
    {
        public HttpResponseMessage Response { get; } = response;
    }

    [Theory]
    [InlineData(503, LimitSignal.Concurrency)]
    [InlineData(408, LimitSignal.Concurrency)]
    [InlineData(429, LimitSignal.None)]
    [InlineData(500, LimitSignal.None)]
    [InlineData(404, LimitSignal.None)]
    public void Signal_StatusAlone(int status, LimitSignal expected) =>
        Assert.Equal(expected, AttemptOutcome<int>.Failed(new HttpRequestException("failed", inner: null, (HttpStatusCode)status)).Signal);

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public void Signal_RetryAfter_IsOfTheRate(int status)
    {
        var error = new HttpRequestException("failed", inner: null, (HttpStatusCode)status);
        error.Data[OutcomeClassifier.RetryAfterKey] = TimeSpan.FromSeconds(1);

        Assert.Equal(LimitSignal.Rate, AttemptOutcome<int>.Failed(new InvalidOperationException("outer", error)).Signal);
    }

    [Theory]
    [InlineData("X-RateLimit-Remaining", LimitSignal.Rate)]
    [InlineData("RateLimit", LimitSignal.Rate)]
    [InlineData("x-ms-ratelimit-remaining-requests", LimitSignal.Rate)]
    [InlineData("X-Request-Id", LimitSignal.None)]
    public void Signal_Headers(string header, LimitSignal expected)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        response.Headers.Add(header, "0");

        Assert.Equal(expected, AttemptOutcome<int>.Failed(new ResponseException(response)).Signal);
    }

    [Fact]
    public void Signal_Timeout_IsOfTheConcurrency() =>
        Assert.Equal(LimitSignal.Concurrency, AttemptOutcome<int>.Failed(new OperationCanceledException("late", new TimeoutException())).Signal);
}
