using System.Net;
using BatchOps.Emulators.Google;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Google;

public sealed class AccessTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Token_MissingWrongOrExpired_Is401()
    {
        await using var server = await GoogleEmulator.StartAsync(new()
        {
            Demo = true,
            TimeProvider = _time,
            AccessTokens = [new AccessToken("short", "me", _time.GetUtcNow().AddHours(1)), new AccessToken("long", "me")],
        });
        using var missing = new GoogleClient(server);
        using var wrong = new GoogleClient(server, "other");
        using var expiring = new GoogleClient(server, "short");
        using var lasting = new GoogleClient(server, "long");

        var none = await missing.GetAsync("v1/presentations/demo-template");
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), (none.Status, none.RpcStatus));
        Assert.StartsWith("Request is missing required authentication credential.", none.Message, StringComparison.Ordinal);
        Assert.StartsWith("Request had invalid authentication credentials.", (await wrong.GetAsync("drive/v3/files")).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await expiring.GetAsync("v1/presentations/demo-template")).Status);
        _time.Advance(TimeSpan.FromHours(1));
        var expired = await expiring.GetAsync("drive/v3/files");
        Assert.Equal((HttpStatusCode.Unauthorized, "authError"), (expired.Status, expired.Reason));
        Assert.Equal(HttpStatusCode.OK, (await lasting.GetAsync("drive/v3/files")).Status);
    }

    [Fact]
    public async Task File_OneMayRead_CannotBeWritten()
    {
        await using var server = await StartAsync(FileRight.Read);
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v1/presentations/demo-template")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("drive/v3/files/demo-template/copy", "{}")).Status);
        var write = await client.BatchAsync("demo-template", Ask.ReplaceText("a", "b"));
        Assert.Equal((HttpStatusCode.Forbidden, "PERMISSION_DENIED", "The caller does not have permission"), (write.Status, write.RpcStatus, write.Message));
        var share = await client.PostAsync("drive/v3/files/demo-template/permissions", """{"type":"anyone","role":"reader"}""");
        Assert.Equal((HttpStatusCode.Forbidden, "insufficientFilePermissions"), (share.Status, share.Reason));
    }

    [Fact]
    public async Task File_OfSomeoneElse_IsForbiddenInSlidesAndNotThereInDrive()
    {
        await using var server = await StartAsync(FileRight.None);
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("v1/presentations/demo-template")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("drive/v3/files/demo-template/copy", "{}")).Status);
        Assert.Equal(0, (await client.GetAsync("drive/v3/files")).Json.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task File_ThatIsNoPresentation_CannotBeOpenedInSlides()
    {
        await using var server = await GoogleEmulator.StartAsync();
        using var client = new GoogleClient(server);
        var file = server.Store.AddFile("x", "text/plain", default);

        Assert.Equal("This operation is not supported for this document", (await client.GetAsync($"v1/presentations/{file.Id}")).Message);
    }

    private static async Task<GoogleEmulator> StartAsync(FileRight right)
    {
        var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        server.Store.Change(DemoTemplate.Id, file => file with { Right = right });
        return server;
    }
}
