using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Emulators.Google;
using Microsoft.Extensions.Time.Testing;

namespace BatchOps.Emulators.Tests.Google;

public sealed class DriveTests
{
    private const int Piece = 256 * 1024;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Copy_OfATemplate_IsAPresentationOfItsOwn()
    {
        await using var server = await StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        var copy = await client.PostAsync("drive/v3/files/demo-template/copy?supportsAllDrives=true&fields=id,name,parents,appProperties", """{"name":"ACME","parents":["folder"],"appProperties":{"key":"42"}}""");
        await client.BatchAsync(copy.Id, Ask.ReplaceText("{{customer}}", "ACME"));

        Assert.Equal($$$"""{"id":"{{{copy.Id}}}","name":"ACME","parents":["folder"],"appProperties":{"key":"42"}}""", copy.Line);
        var deck = server.Store.Presentation(copy.Id);
        Assert.Equal(("ACME", "Report for ACME"), (deck.Title, deck.Element("title_customer").Text!.Text));
        Assert.Equal("Report for {{customer}}", server.Store.Presentation(DemoTemplate.Id).Element("title_customer").Text!.Text);
        Assert.Equal(KeyValuePair.Create("key=42", 1), Assert.Single(server.Stats.Copies));
    }

    [Fact]
    public async Task Copy_WithNothingSaid_IsNamedAfterItsSource()
    {
        await using var server = await StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        var copy = await client.PostAsync("drive/v3/files/demo-template/copy", "{}");

        Assert.Equal($$"""{"kind":"drive#file","id":"{{copy.Id}}","name":"Copy of Quarterly report for {{"{{customer}}"}}","mimeType":"application/vnd.google-apps.presentation"}""", copy.Line);
    }

    [Theory]
    [InlineData("appProperties has { key='run' and value='1' }", "a,b")]
    [InlineData("appProperties has { key='run' and value='1' } and trashed = false", "a")]
    [InlineData("appProperties has { key='run' and value='o\\'clock' }", "c")]
    [InlineData("name = 'c'", "c")]
    [InlineData("mimeType='text/plain' and 'folder' in parents", "b")]
    [InlineData("mimeType != 'text/plain'", "")]
    [InlineData("createdTime < '2026-03-01T12:00:01Z'", "a,b")]
    [InlineData("createdTime >= '2026-03-01T12:00:01'", "c")]
    [InlineData("", "a,b,c")]
    public async Task List_ByAQuery_FindsWhatItSays(string query, string names)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        server.Store.AddFile("a", "text/plain", "1"u8.ToArray(), static file => file with { AppProperties = new Dictionary<string, string> { ["run"] = "1" } });
        server.Store.AddFile("b", "text/plain", "2"u8.ToArray(), static file => file with { AppProperties = new Dictionary<string, string> { ["run"] = "1" }, Trashed = true, Parents = ["folder"] });
        _time.Advance(TimeSpan.FromMinutes(1));
        server.Store.AddFile("c", "text/plain", "3"u8.ToArray(), static file => file with { AppProperties = new Dictionary<string, string> { ["run"] = "o'clock" } });

        var reply = await client.GetAsync($"drive/v3/files?fields=files/name&q={Uri.EscapeDataString(query)}");

        Assert.Equal(names, string.Join(',', reply.Json.GetProperty("files").EnumerateArray().Select(static file => file.GetProperty("name").GetString())));
    }

    [Theory]
    [InlineData("q=title%3D'x'", "q", "invalid")]
    [InlineData("q=name%3D'x", "q", "invalid")]
    [InlineData("q=trashed%3Dfalse or trashed%3Dtrue", "q", "invalid")]
    [InlineData("q=appProperties has {key%3D'a'}", "q", "invalid")]
    [InlineData("pageSize=0", "pageSize", "invalidParameter")]
    [InlineData("pageToken=x", "pageToken", "invalid")]
    [InlineData("fields=items(id)", "fields", "invalidParameter")]
    public async Task List_AskedWrongly_NamesTheParameter(string query, string parameter, string reason)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        var reply = await client.GetAsync($"drive/v3/files?{query}");

        Assert.Equal((HttpStatusCode.BadRequest, reason), (reply.Status, reply.Reason));
        Assert.Equal(parameter, reply.Error.GetProperty("errors")[0].GetProperty("location").GetString());
    }

    [Fact]
    public async Task List_MoreThanAPage_GoesOnWithItsToken()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        foreach (var name in new[] { "a", "b", "c" })
        {
            server.Store.AddFile(name, "text/plain", default);
        }

        var first = (await client.GetAsync("drive/v3/files?pageSize=2")).Json;
        var second = (await client.GetAsync($"drive/v3/files?pageSize=2&pageToken={first.GetProperty("nextPageToken").GetString()}")).Json;

        Assert.Equal((2, 1), (first.GetProperty("files").GetArrayLength(), second.GetProperty("files").GetArrayLength()));
        Assert.False(second.TryGetProperty("nextPageToken", out _));
    }

    [Fact]
    public async Task Upload_InParts_IsServedOnlyWhileItIsShared()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        var image = Images.Png();

        var file = await UploadAsync(client, image, """{"name":"logo.png","appProperties":{"temp":"1"}}""");
        var link = file.Json.GetProperty("webContentLink").GetString()!;
        var before = await client.GetAsync(link);
        var permission = await client.PostAsync($"drive/v3/files/{file.Id}/permissions?supportsAllDrives=true", """{"type":"anyone","role":"reader"}""");
        var shared = await client.GetAsync(link);
        Assert.Equal([file.Id], server.Stats.PublicFiles);
        var revoked = await client.DeleteAsync($"drive/v3/files/{file.Id}/permissions/{permission.Id}");
        var after = await client.GetAsync(link);

        Assert.Equal(Convert.ToHexStringLower(MD5.HashData(image)), file.Json.GetProperty("md5Checksum").GetString());
        Assert.Equal("64", file.Json.GetProperty("size").GetString());
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (before.Status, after.Status));
        Assert.Equal((HttpStatusCode.NoContent, 0), (revoked.Status, revoked.Content.Length));
        Assert.Equal(image, shared.Content);
        Assert.Equal("image/png", shared.ContentHeaders.ContentType!.MediaType);
        Assert.Equal(KeyValuePair.Create(Convert.ToHexStringLower(SHA256.HashData(image)), 1), Assert.Single(server.Stats.Uploads));
        Assert.Empty(server.Stats.PublicFiles);
    }

    [Fact]
    public async Task Delete_ASharedFile_LeavesNothing()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        var file = await UploadAsync(client, Images.Png(), "{}");
        await client.PostAsync($"drive/v3/files/{file.Id}/permissions", """{"type":"anyone","role":"reader"}""");

        var deleted = await client.DeleteAsync($"drive/v3/files/{file.Id}");
        var again = await client.DeleteAsync($"drive/v3/files/{file.Id}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Equal((HttpStatusCode.NotFound, "notFound", $"File not found: {file.Id}."), (again.Status, again.Reason, again.Message));
        Assert.Empty(server.Stats.PublicFiles);
        Assert.Empty(server.Store.Files);
    }

    [Fact]
    public async Task Permissions_OfASharedFile_AreTheOwnersAndThatOfAnyone()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        var file = await UploadAsync(client, Images.Png(), "{}");

        await client.PostAsync($"drive/v3/files/{file.Id}/permissions", """{"type":"anyone","role":"reader"}""");
        await client.PostAsync($"drive/v3/files/{file.Id}/permissions", """{"type":"anyone","role":"reader"}""");
        var list = await client.GetAsync($"drive/v3/files/{file.Id}/permissions?fields=permissions(type,role)");

        Assert.Equal("""{"permissions":[{"type":"user","role":"owner"},{"type":"anyone","role":"reader"}]}""", list.Line);
    }

    [Theory]
    [InlineData("""{"type":"anyone"}""", "required")]
    [InlineData("""{"role":"reader"}""", "required")]
    [InlineData("""{"type":"everyone","role":"reader"}""", "invalid")]
    [InlineData("""{"type":"anyone","role":"watcher"}""", "invalid")]
    [InlineData("""{"type":"user","role":"reader"}""", "required")]
    [InlineData("""{"type":"anyone","role":"reader","withLink":true}""", "badRequest")]
    public async Task Permission_OfAWrongForm_IsRefused(string body, string reason)
    {
        await using var server = await StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        var reply = await client.PostAsync("drive/v3/files/demo-template/permissions", body);

        Assert.Equal((HttpStatusCode.BadRequest, reason), (reply.Status, reply.Reason));
    }

    [Fact]
    public async Task Resumable_InPiecesWithOneLost_IsTheWholeContent()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        var content = new byte[(2 * Piece) + 100];
        new Random(1).NextBytes(content);

        var session = await OpenAsync(client, """{"name":"big"}""");
        var first = await PutAsync(client, session, content, 0, Piece);
        var state = await client.SendAsync(HttpMethod.Put, session, Range($"bytes */{content.Length}"));
        var second = await PutAsync(client, session, content, Piece, Piece);
        // As a client does that did not see the answer.
        await PutAsync(client, session, content, Piece, Piece);
        var last = await PutAsync(client, session, content, 2 * Piece, 100);
        var again = await client.SendAsync(HttpMethod.Put, session, Range($"bytes */{content.Length}"));

        Assert.Equal((308, "bytes=0-262143"), ((int)first.Status, first.Header("Range")));
        Assert.Equal((308, "bytes=0-262143"), ((int)state.Status, state.Header("Range")));
        Assert.Equal((308, "bytes=0-524287"), ((int)second.Status, second.Header("Range")));
        Assert.Equal((HttpStatusCode.OK, last.Id), (again.Status, again.Id));
        var file = Assert.Single(server.Store.Files);
        Assert.Equal((last.Id, "big", "image/png"), (file.Id, file.Name, file.MimeType));
        Assert.Equal(content, file.Content.ToArray());
        Assert.Equal(1, Assert.Single(server.Stats.Uploads).Value);
    }

    [Theory]
    [InlineData(0, 100, HttpStatusCode.BadRequest)]
    [InlineData(Piece, Piece, HttpStatusCode.BadRequest)]
    public async Task Resumable_APieceThatDoesNotFit_IsRefused(int from, int length, HttpStatusCode status)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        var session = await OpenAsync(client, "{}");

        Assert.Equal(status, (await PutAsync(client, session, new byte[4 * Piece], from, length)).Status);
        Assert.Empty(server.Store.Files);
    }

    [Fact]
    public async Task Resumable_AnUnknownSession_IsNotFound()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.NotFound, (await client.SendAsync(HttpMethod.Put, "upload/drive/v3/files?uploadType=resumable&upload_id=none", new ByteArrayContent([1]))).Status);
    }

    [Theory]
    [InlineData("upload/drive/v3/files", HttpStatusCode.BadRequest)]
    [InlineData("upload/drive/v3/files?uploadType=multipart", HttpStatusCode.BadRequest)]
    [InlineData("upload/drive/v3/files?uploadType=media", HttpStatusCode.OK)]
    public async Task Upload_OfAType_NeedsItsForm(string path, HttpStatusCode status)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Equal(status, (await client.SendAsync(HttpMethod.Post, path, new ByteArrayContent([1, 2, 3]))).Status);
    }

    [Fact]
    public async Task Upload_PartsOverFiveMegabytes_AreTooLarge()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await UploadAsync(client, new byte[5 * 1024 * 1024], "{}")).Status);
    }

    [Fact]
    public async Task Get_Media_IsTheContent()
    {
        await using var server = await StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);
        var file = server.Store.AddFile("x", "text/plain", "content"u8.ToArray());

        Assert.Equal("content", (await client.GetAsync($"drive/v3/files/{file.Id}?alt=media")).Text);
        Assert.Equal("fileNotDownloadable", (await client.GetAsync("drive/v3/files/demo-template?alt=media")).Reason);
    }

    [Fact]
    public async Task Update_NameAndProperties_ChangesThoseAlone()
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);
        var file = server.Store.AddFile("x", "text/plain", "content"u8.ToArray(), static file => file with { AppProperties = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } });

        await client.SendAsync(HttpMethod.Patch, $"drive/v3/files/{file.Id}", new StringContent("""{"name":"y","trashed":true,"appProperties":{"a":null,"c":"3"}}""", Encoding.UTF8, "application/json"));

        var changed = server.Store.FindFile(file.Id)!;
        Assert.Equal(("y", true, "b=2,c=3"), (changed.Name, changed.Trashed, string.Join(',', changed.AppProperties.Select(static pair => $"{pair.Key}={pair.Value}").Order())));
    }

    [Theory]
    [InlineData("""{"title":"x"}""", "Unknown name \"title\"")]
    [InlineData("""{"appProperties":{"key":5}}""", "Invalid value at 'app_properties.key' (TYPE_STRING), 5")]
    [InlineData("""{"webContentLink":"x"}""", "fields which are not directly writable")]
    public async Task Create_FieldsThatAreNone_AreRefused(string body, string message)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Contains(message, (await client.PostAsync("drive/v3/files", body)).Message, StringComparison.Ordinal);
        Assert.Empty(server.Store.Files);
    }

    [Theory]
    [InlineData(120, HttpStatusCode.OK)]
    [InlineData(121, HttpStatusCode.BadRequest)]
    public async Task AppProperty_OverItsBytes_IsRefused(int length, HttpStatusCode status)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Equal(status, (await client.PostAsync("drive/v3/files", $$$"""{"appProperties":{"four":"{{{new string('x', length)}}}"}}""")).Status);
    }

    [Fact]
    public async Task NoStorage_OnlySharedDrives_TakeFiles()
    {
        await using var server = await StartAsync(new() { Demo = true, NoStorage = true, SharedDriveFolders = ["shared"] });
        using var client = new GoogleClient(server);

        var own = await client.PostAsync("drive/v3/files/demo-template/copy?supportsAllDrives=true", "{}");
        var unaware = await client.PostAsync("drive/v3/files/demo-template/copy", """{"parents":["shared"]}""");
        var copy = await client.PostAsync("drive/v3/files/demo-template/copy?supportsAllDrives=true", """{"parents":["shared"]}""");

        Assert.Equal((HttpStatusCode.Forbidden, "storageQuotaExceeded"), (own.Status, own.Reason));
        Assert.Equal((HttpStatusCode.NotFound, "File not found: shared."), (unaware.Status, unaware.Message));
        Assert.Equal(HttpStatusCode.OK, copy.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"drive/v3/files/{copy.Id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"drive/v3/files/{copy.Id}?supportsAllDrives=true")).Status);
        Assert.Equal(1, (await client.GetAsync("drive/v3/files")).Json.GetProperty("files").GetArrayLength());
        Assert.Equal(2, (await client.GetAsync("drive/v3/files?supportsAllDrives=true&includeItemsFromAllDrives=true")).Json.GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task NoPublishing_SharingWithAnyone_IsForbidden()
    {
        await using var server = await StartAsync(new() { Demo = true, PublishOutNotPermitted = true });
        using var client = new GoogleClient(server);

        var reply = await client.PostAsync("drive/v3/files/demo-template/permissions", """{"type":"anyone","role":"reader"}""");

        Assert.Equal((HttpStatusCode.Forbidden, "publishOutNotPermitted"), (reply.Status, reply.Reason));
    }

    private static Task<GoogleClient.Reply> UploadAsync(GoogleClient client, byte[] content, string metadata)
    {
        var media = new ByteArrayContent(content);
        media.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return client.SendAsync(HttpMethod.Post, "upload/drive/v3/files?uploadType=multipart&fields=id,size,md5Checksum,webContentLink", new MultipartContent("related")
        {
            new StringContent(metadata, Encoding.UTF8, "application/json"),
            media,
        });
    }

    /// <summary>Opens a session, and returns its address.</summary>
    private static async Task<string> OpenAsync(GoogleClient client, string metadata)
    {
        var body = new StringContent(metadata, Encoding.UTF8, "application/json");
        body.Headers.Add("X-Upload-Content-Type", "image/png");
        return (await client.SendAsync(HttpMethod.Post, "upload/drive/v3/files?uploadType=resumable", body)).Headers.Location!.AbsoluteUri;
    }

    private static Task<GoogleClient.Reply> PutAsync(GoogleClient client, string session, byte[] content, int from, int length) => client.SendAsync(
        HttpMethod.Put,
        session,
        Range(string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + length - 1}/{content.Length}"), content[from..(from + length)]));

    private static ByteArrayContent Range(string range, byte[]? content = null)
    {
        var body = new ByteArrayContent(content ?? []);
        body.Headers.TryAddWithoutValidation("Content-Range", range);
        return body;
    }

    private Task<GoogleEmulator> StartAsync(GoogleEmulatorOptions? options = null) => GoogleEmulator.StartAsync((options ?? new()) with { TimeProvider = _time });
}
