using System.Net;
using System.Text.Json.Nodes;
using BatchOps.Emulators.Google;

namespace BatchOps.Emulators.Tests.Google;

public sealed class PresentationTests
{
    [Fact]
    public async Task Get_Whole_HasMastersLayoutsSlidesAndNotes()
    {
        await using var server = await GoogleEmulator.StartAsync(new() { Demo = true });
        using var client = new GoogleClient(server);

        var deck = (await client.GetAsync("v1/presentations/demo-template")).Json;

        Assert.Equal(DemoTemplate.Id, deck.GetProperty("presentationId").GetString());
        Assert.Equal(5, deck.GetProperty("slides").GetArrayLength());
        var slide = deck.GetProperty("slides")[0];
        Assert.False(slide.TryGetProperty("pageType", out _));
        var properties = slide.GetProperty("slideProperties");
        Assert.Equal(deck.GetProperty("layouts")[0].GetProperty("objectId").GetString(), properties.GetProperty("layoutObjectId").GetString());
        Assert.Equal(deck.GetProperty("masters")[0].GetProperty("objectId").GetString(), properties.GetProperty("masterObjectId").GetString());
        var notes = properties.GetProperty("notesPage");
        Assert.Equal("NOTES", notes.GetProperty("pageType").GetString());
        Assert.Equal(
            notes.GetProperty("notesProperties").GetProperty("speakerNotesObjectId").GetString(),
            notes.GetProperty("pageElements")[0].GetProperty("objectId").GetString());
        Assert.Equal("NOTES_MASTER", deck.GetProperty("notesMaster").GetProperty("pageType").GetString());
    }

    [Fact]
    public async Task Get_TheNotesNobodyWrote_HaveAnIdButNoShape()
    {
        await using var server = await StartAsync(static deck => deck.AddSlide("slide"));
        using var client = new GoogleClient(server);

        var reply = await client.GetAsync("v1/presentations/deck?fields=slides/slideProperties/notesPage(pageElements,notesProperties)");

        var notes = reply.Json.GetProperty("slides")[0].GetProperty("slideProperties").GetProperty("notesPage");
        Assert.False(notes.TryGetProperty("pageElements", out _));
        Assert.NotEmpty(notes.GetProperty("notesProperties").GetProperty("speakerNotesObjectId").GetString()!);
    }

    [Fact]
    public async Task Text_OverSeveralRunsAndParagraphs_IsWrittenByIndex()
    {
        await using var server = await StartAsync(static deck =>
            deck.AddSlide("slide").AddShape("shape", "{{cust", new TextRun("omer}}", Bold: true), new TextRun("12", AutoText: "SLIDE_NUMBER"), "\n\U0001F600!"));
        using var client = new GoogleClient(server);

        var reply = await client.GetAsync("v1/presentations/deck?fields=slides/pageElements/shape/text/textElements(startIndex,endIndex,textRun/content,autoText(type,content),paragraphMarker/style/direction)");

        Assert.Equal(
            """
            {"slides":[{"pageElements":[{"shape":{"text":{"textElements":[{"endIndex":14,"paragraphMarker":{"style":{"direction":"LEFT_TO_RIGHT"}}},{"endIndex":6,"textRun":{"content":"{{cust"}},{"startIndex":6,"endIndex":12,"textRun":{"content":"omer}}"}},{"startIndex":12,"endIndex":13,"autoText":{"type":"SLIDE_NUMBER","content":"12"}},{"startIndex":13,"endIndex":14,"textRun":{"content":"\n"}},{"startIndex":14,"endIndex":18,"paragraphMarker":{"style":{"direction":"LEFT_TO_RIGHT"}}},{"startIndex":14,"endIndex":18,"textRun":{"content":"😀!\n"}}]}}}]}]}
            """.Trim(),
            reply.Line.Replace(@"\uD83D\uDE00", "\U0001F600", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Elements_OfEachKind_HaveTheirFields()
    {
        await using var server = await StartAsync(static deck =>
        {
            var slide = deck.AddSlide("slide");
            slide.AddShape("empty");
            slide.AddTable("table", ["a", ""], ["b", "c"]);
            var inner = slide.AddGroup("inner", slide.AddShape("one", "1"), slide.AddShape("two", "2"));
            slide.AddGroup("outer", inner, slide.AddShape("three", "3"));
            slide.AddOther("art", "wordArt", new JsonObject { ["renderedText"] = "{{x}}" });
            slide.AddImage("image", new StoredImage("http://x/", "abc"));
        });
        using var client = new GoogleClient(server);

        var elements = (await client.GetAsync("v1/presentations/deck/pages/slide")).Json.GetProperty("pageElements").EnumerateArray().ToDictionary(static element => element.GetProperty("objectId").GetString()!);

        Assert.False(elements["empty"].GetProperty("shape").TryGetProperty("text", out _));
        var table = elements["table"].GetProperty("table");
        Assert.Equal((2, 2), (table.GetProperty("rows").GetInt32(), table.GetProperty("columns").GetInt32()));
        var last = table.GetProperty("tableRows")[1].GetProperty("tableCells")[1];
        Assert.Equal(1, last.GetProperty("location").GetProperty("columnIndex").GetInt32());
        Assert.False(table.GetProperty("tableRows")[0].GetProperty("tableCells")[0].GetProperty("location").TryGetProperty("rowIndex", out _), "A zero is left out.");
        Assert.False(table.GetProperty("tableRows")[0].GetProperty("tableCells")[1].TryGetProperty("text", out _));
        Assert.Equal("two", elements["outer"].GetProperty("elementGroup").GetProperty("children")[0].GetProperty("elementGroup").GetProperty("children")[1].GetProperty("objectId").GetString());
        Assert.Equal("{{x}}", elements["art"].GetProperty("wordArt").GetProperty("renderedText").GetString());
        Assert.Equal(server.BaseAddress + "images/abc", elements["image"].GetProperty("image").GetProperty("contentUrl").GetString());
        Assert.Equal(5, elements.Count);
    }

    [Theory]
    [InlineData("title,slides(objectId)", """{"slides":[{"objectId":"slide"}],"title":"Deck"}""")]
    [InlineData("slides.pageElements.objectId", """{"slides":[{"pageElements":[{"objectId":"shape"}]}]}""")]
    [InlineData("slides/pageElements(objectId,shape/shapeType)", """{"slides":[{"pageElements":[{"objectId":"shape","shape":{"shapeType":"TEXT_BOX"}}]}]}""")]
    [InlineData("slides/pageElements/*/shapeType", """{"slides":[{"pageElements":[{"objectId":"shape","size":{},"transform":{},"shape":{"shapeType":"TEXT_BOX"}}]}]}""")]
    public async Task Mask_AnyForm_LeavesWhatItNames(string mask, string json)
    {
        await using var server = await StartAsync(static deck => deck.AddSlide("slide").AddShape("shape", "text"));
        using var client = new GoogleClient(server);

        Assert.Equal(json, (await client.GetAsync($"v1/presentations/deck?fields={mask}")).Line);
    }

    [Theory]
    [InlineData("slides/pages", "slides.pages")]
    [InlineData("slides(objectId,pageElements/shape/txt)", "slides.pageElements.shape.txt")]
    [InlineData("title/x", "title.x")]
    public async Task Mask_AFieldThereIsNot_IsRefusedByItsPath(string mask, string path)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        var reply = await client.GetAsync($"v1/presentations/deck?fields={mask}");

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_ARGUMENT"), (reply.Status, reply.RpcStatus));
        Assert.Equal(path, reply.Error.GetProperty("details")[0].GetProperty("fieldViolations")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("slides(")]
    [InlineData("slides,,title")]
    [InlineData("slides)")]
    public async Task Mask_ThatCannotBeRead_IsRefused(string mask)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync($"v1/presentations/deck?fields={mask}")).Status);
    }

    [Theory]
    [InlineData("v1/presentations/none", HttpStatusCode.NotFound, "Requested entity was not found.")]
    [InlineData("v1/presentations/deck/pages/none", HttpStatusCode.BadRequest, "The page (none) could not be found.")]
    [InlineData("v1/presentations/deck?view=all", HttpStatusCode.BadRequest, "Invalid JSON payload received. Unknown name \"view\": Cannot bind query parameter. Field 'view' could not be found in request message.")]
    [InlineData("v1/presentations/deck?prettyPrint=maybe", HttpStatusCode.BadRequest, "Invalid value at 'pretty_print' (TYPE_BOOL), \"maybe\"")]
    [InlineData("v1/presentations", HttpStatusCode.NotFound, "Method not found.")]
    public async Task Get_WhatThereIsNot_IsRefused(string path, HttpStatusCode status, string message)
    {
        await using var server = await StartAsync();
        using var client = new GoogleClient(server);

        var reply = await client.GetAsync(path);

        Assert.Equal((status, message), (reply.Status, reply.Message));
    }

    private static async Task<GoogleEmulator> StartAsync(Action<StoredPresentation>? build = null)
    {
        var server = await GoogleEmulator.StartAsync();
        server.Store.AddPresentation("deck", "Deck", build);
        return server;
    }
}
