using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BatchOps.Emulators.Google;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Google;

public sealed class TransportTests
{
    [Fact]
    public async Task Gzip_BothWays_IsUnderstoodAndCounted()
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);
        client.Headers.AcceptEncoding.ParseAdd("gzip");
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"requests":[{{Ask.ReplaceText("{{quarter}}", "Q3")}}]}"""), TestContext.Current.CancellationToken);
        }

        var body = new ByteArrayContent(packed.ToArray());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        body.Headers.ContentEncoding.Add("gzip");
        var reply = await client.SendAsync(HttpMethod.Post, "v1/presentations/demo-template:batchUpdate", body);

        Assert.Equal("gzip", Assert.Single(reply.ContentHeaders.ContentEncoding));
        using var answer = new StreamReader(new GZipStream(new MemoryStream(reply.Content), CompressionMode.Decompress));
        Assert.Contains("\"occurrencesChanged\": 3", await answer.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((1, 1), (server.Stats.CompressedRequests, server.Stats.CompressedAnswers));
    }

    [Fact]
    public async Task Connections_OfOneClientInTurn_AreOneSocket()
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);
        using var other = new GoogleClient(server);

        await client.GetAsync("v1/presentations/demo-template");
        await client.GetAsync("drive/v3/files");
        Assert.Equal(1, server.Stats.Connections);
        await other.GetAsync("drive/v3/files");

        Assert.Equal((2, 3L), (server.Stats.Connections, server.Stats.Requests));
    }

    [Fact]
    public async Task Date_OfAnAnswer_IsThatOfTheClock()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var server = await GoogleEmulator.StartAsync(new() { TimeProvider = time });
        using var client = new GoogleClient(server);

        Assert.Equal(time.GetUtcNow(), (await client.GetAsync("drive/v3/files")).Headers.Date);
    }

    [Theory]
    [InlineData("POST", "v1/presentations/demo-template:batchUpdat")]
    [InlineData("GET", "v1/presentations/demo-template:batchUpdate")]
    [InlineData("POST", "drive/v2/files")]
    [InlineData("PUT", "drive/v3/files/demo-template")]
    public async Task Path_ThatThereIsNot_IsNotFoundAndCounted(string method, string path)
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(new HttpMethod(method), path)).Status);
        Assert.Equal(1, server.Stats.Of("unknown").Refused);
    }

    [Fact]
    public async Task Body_ThatIsNotCalledJson_IsRefused()
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        var reply = await client.SendAsync(HttpMethod.Post, "v1/presentations/demo-template:batchUpdate", new StringContent("{}"));

        Assert.Equal("The content type 'text/plain; charset=utf-8' is not application/json.", reply.Message);
    }
}
