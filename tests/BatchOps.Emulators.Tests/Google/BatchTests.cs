using System.Net;
using BatchOps.Emulators.Google;

namespace BatchOps.Emulators.Tests.Google;

public sealed class BatchTests : IAsyncLifetime
{
    private GoogleEmulator _server = null!;
    private GoogleClient _client = null!;

    private StoredPresentation Deck => _server.Store.Presentation("deck");

    public async ValueTask InitializeAsync()
    {
        _server = await GoogleEmulator.StartAsync();
        _client = new GoogleClient(_server);
        _server.Store.AddPresentation("deck", "Deck", static deck =>
        {
            deck.Layouts[0].AddShape("layout_text", "{{a}} of the layout");
            var first = deck.AddSlide("first");
            first.AddShape("shape", "{{a}} and {{A}}");
            first.AddTable("table", ["{{a}}", "{{b}}"]);
            first.AddGroup("group", first.AddShape("inner_1", "{{a}}"), first.AddShape("inner_2", "{{b}}"));
            first.SetNotes("Notes of {{a}}");
            deck.AddSlide("second").AddShape("split", "{{cust", new TextRun("omer}}", Bold: true), "!");
            deck.AddSlide("third");
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Batch_SeveralRequests_AreAppliedInOrderWithAReplyEach()
    {
        var reply = await _client.BatchAsync("deck", Ask.ReplaceText("{{a}}", "{{b}}", "first"), Ask.ReplaceText("{{none}}", "x"), Ask.InsertText("shape", "> "), Ask.ReplaceText("{{b}}", "B", "first"));

        Assert.Equal("""[{"replaceAllText":{"occurrencesChanged":3}},{"replaceAllText":{}},{},{"replaceAllText":{"occurrencesChanged":5}}]""", reply.Replies);
        Assert.Equal("> B and {{A}}\nB\nB\nB\nB", Deck.Page("first").Text);
        Assert.Equal("deck", reply.Json.GetProperty("presentationId").GetString());
    }

    [Fact]
    public async Task Batch_OneBadRequest_ChangesNothing()
    {
        var before = Deck;

        var reply = await _client.BatchAsync("deck", Ask.ReplaceText("{{a}}", "A"), Ask.DeleteObject("third"), Ask.DeleteObject("nobody"));

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_ARGUMENT"), (reply.Status, reply.RpcStatus));
        Assert.Equal("Invalid requests[2].deleteObject: The object (nobody) could not be found.", reply.Message);
        Assert.Equal((before.RevisionId, 3, before.Page("first").Text), (Deck.RevisionId, Deck.Slides.Count, Deck.Page("first").Text));
        Assert.Equal((0, 1), (_server.Stats.AppliedWrites, _server.Stats.RejectedWrites));
    }

    [Fact]
    public async Task Revision_OfEachBatch_IsTheOneThatTheNextNeeds()
    {
        var start = Deck.RevisionId;

        var first = await _client.BatchOnAsync("deck", start, Ask.InsertText("shape", "1"));
        var stale = await _client.BatchOnAsync("deck", start, Ask.InsertText("shape", "1"));
        var second = await _client.BatchOnAsync("deck", first.Revision, Ask.InsertText("shape", "2"));
        _server.Store.Edit("deck", static deck => deck.Title = "Mine");
        var overtaken = await _client.BatchOnAsync("deck", second.Revision, Ask.InsertText("shape", "3"));

        Assert.Equal((HttpStatusCode.BadRequest, "FAILED_PRECONDITION"), (stale.Status, stale.RpcStatus));
        Assert.Contains("does not match the latest revision", stale.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, overtaken.Status);
        Assert.StartsWith("21{{a}}", Deck.Page("first").Text, StringComparison.Ordinal);
        Assert.Equal((2, 2, 2), (_server.Stats.StaleWrites, _server.Stats.RejectedWrites, _server.Stats.AppliedWrites));
        Assert.Equal(4, new[] { start, first.Revision, second.Revision, Deck.RevisionId }.Distinct().Count());
        Assert.Equal(Deck.RevisionId, (await _client.GetAsync("v1/presentations/deck?fields=revisionId")).Json.GetProperty("revisionId").GetString());
    }

    [Fact]
    public async Task ReplaceAllText_NoPages_IsEverywhereLayoutsAndNotesIncluded()
    {
        var reply = await _client.BatchAsync("deck", """{"replaceAllText":{"containsText":{"text":"{{a}}"},"replaceText":"x"}}""");

        Assert.Equal("""[{"replaceAllText":{"occurrencesChanged":6}}]""", reply.Replies);
        Assert.Equal(("x of the layout", "Notes of x"), (Deck.Layouts[0].Text, Deck.Page("first").NotesText));
    }

    [Fact]
    public async Task ReplaceAllText_ASlide_LeavesItsNotesAndOtherCase()
    {
        await _client.BatchAsync("deck", Ask.ReplaceText("{{a}}", "x", "first"));

        Assert.Equal(("x and {{A}}\nx\n{{b}}\nx\n{{b}}", "Notes of {{a}}"), (Deck.Page("first").Text, Deck.Page("first").NotesText));
    }

    [Fact]
    public async Task ReplaceAllText_APageOfNotes_IsAllowed()
    {
        await _client.BatchAsync("deck", Ask.ReplaceText("{{a}}", "x", Deck.Page("first").Notes!.Id));

        Assert.Equal("Notes of x", Deck.Page("first").NotesText);
    }

    [Fact]
    public async Task ReplaceAllText_OverTwoRuns_TakesTheStyleOfTheFirst()
    {
        await _client.BatchAsync("deck", Ask.ReplaceText("{{customer}}", "A\nB"));

        Assert.Equal(["A\n", "B", "!\n"], Deck.Element("split").Text!.Runs);
    }

    [Fact]
    public async Task InsertText_NotesThatAreNotThere_MakesTheirShape()
    {
        var id = Deck.Page("second").Notes!.SpeakerNotesId!;

        var reply = await _client.BatchAsync("deck", Ask.InsertText(id, "One\u0003\ud83d\ude00\nTwo\r"));

        Assert.Equal("[{}]", reply.Replies);
        Assert.Equal("One\ud83d\ude00\nTwo", Deck.Page("second").NotesText);
        Assert.NotEqual(id, Deck.Page("second").Notes!.SpeakerNotesId);
        Assert.Null(Deck.Page("third").NotesText);
    }

    [Fact]
    public async Task Notes_WrittenBeforeTheOldAreDeleted_KeepTheirStyle()
    {
        _server.Store.Edit("deck", static deck => deck.Page("second").SetNotes(new TextRun("Old", Bold: true)));
        var id = Deck.Page("second").Notes!.SpeakerNotesId!;

        await _client.BatchAsync("deck", Ask.InsertText(id, "New"), Ask.DeleteText(id, 3, 6));

        var element = (await _client.GetAsync($"v1/presentations/deck/pages/{Deck.Page("second").Notes!.Id}")).Json.GetProperty("pageElements")[0];
        var run = element.GetProperty("shape").GetProperty("text").GetProperty("textElements")[1].GetProperty("textRun");
        Assert.Equal(("New\n", true), (run.GetProperty("content").GetString(), run.GetProperty("style").GetProperty("bold").GetBoolean()));
    }

    [Fact]
    public async Task DeleteText_HalfASurrogatePair_TakesBoth()
    {
        await _client.BatchAsync("deck", Ask.InsertText("shape", "\ud83d\ude00"), Ask.InsertText("shape", "|", 1), Ask.DeleteText("shape", 0, 1));

        Assert.Equal("|{{a}} and {{A}}", Deck.Element("shape").Text!.Text);
    }

    [Fact]
    public async Task Text_OfACell_IsChangedByItsLocation()
    {
        await _client.BatchAsync(
            "deck",
            """{"insertText":{"objectId":"table","cellLocation":{"columnIndex":1},"text":"x"}}""",
            """{"deleteText":{"objectId":"table","cellLocation":{"rowIndex":0},"textRange":{"type":"FROM_START_INDEX","startIndex":2}}}""");

        Assert.Equal(["{{", "x{{b}}"], Deck.Element("table").Texts.Select(static cell => cell.Text));
    }

    [Fact]
    public async Task Duplicate_ASlideWithIds_IsNextToItWithNotesOfItsOwn()
    {
        var reply = await _client.BatchAsync("deck", Ask.Duplicate("first", ("first", "first_2"), ("shape", "shape_2")), Ask.ReplaceText("{{a}}", "copy", "first_2"), Ask.InsertText("shape_2", ">"));

        Assert.Equal("""[{"duplicateObject":{"objectId":"first_2"}},{"replaceAllText":{"occurrencesChanged":3}},{}]""", reply.Replies);
        Assert.Equal(["first", "first_2", "second", "third"], Deck.Slides.Select(static slide => slide.Id));
        Assert.StartsWith(">copy", Deck.Page("first_2").Text, StringComparison.Ordinal);
        Assert.StartsWith("{{a}}", Deck.Page("first").Text, StringComparison.Ordinal);
        Assert.Equal("Notes of {{a}}", Deck.Page("first_2").NotesText);
        var ids = Deck.Pages.Select(static page => page.Id).Concat(Deck.Pages.SelectMany(static page => page.AllElements).Select(static element => element.Id)).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public async Task Duplicate_AnElementOfAGroup_StaysInTheGroup()
    {
        await _client.BatchAsync("deck", Ask.Duplicate("inner_1", ("inner_1", "inner_3")));

        Assert.Equal(["inner_1", "inner_2", "inner_3"], Deck.Element("group").Children!.Select(static child => child.Id));
    }

    [Theory]
    [InlineData(3, "second,third,first", "first")]
    [InlineData(2, "second,first,third", "first")]
    [InlineData(0, "second,third,first", "second", "third")]
    [InlineData(1, "first,second,third", "second")]
    public async Task MoveSlides_ToAnIndexOfBefore_KeepsTheirOrder(int index, string order, params string[] slides)
    {
        await _client.BatchAsync("deck", Ask.MoveSlides(index, slides));

        Assert.Equal(order, string.Join(',', Deck.Slides.Select(static slide => slide.Id)));
    }

    [Fact]
    public async Task DeleteObject_OneOfTwoInAGroup_EndsTheGroup()
    {
        await _client.BatchAsync("deck", Ask.DeleteObject("inner_1"), Ask.DeleteObject("third"));

        Assert.Equal(["shape", "table", "inner_2"], Deck.Page("first").Elements.Select(static element => element.Id));
        Assert.Equal(2, Deck.Slides.Count);
    }

    [Fact]
    public async Task CreateSlide_AtAnIndex_HasNotesThatCanBeWritten()
    {
        var reply = await _client.BatchAsync("deck", """{"createSlide":{"objectId":"fresh","insertionIndex":1,"slideLayoutReference":{"layoutId":"layout_1"}}}""");

        Assert.Equal("""[{"createSlide":{"objectId":"fresh"}}]""", reply.Replies);
        Assert.Equal(["first", "fresh", "second", "third"], Deck.Slides.Select(static slide => slide.Id));
        Assert.Equal("master_1", Deck.Page("fresh").MasterId);
        Assert.NotNull(Deck.Page("fresh").Notes!.SpeakerNotesId);
    }

    [Fact]
    public async Task UpdateAltText_OnlyTheTitle_KeepsTheDescription()
    {
        await _client.BatchAsync("deck", """{"updatePageElementAltText":{"objectId":"shape","title":"T","description":"D"}}""", """{"updatePageElementAltText":{"objectId":"shape","title":"U"}}""");

        Assert.Equal(("U", "D"), (Deck.Element("shape").Title, Deck.Element("shape").Description));
    }

    [Theory]
    [InlineData("""{"replaceAllText":{"containsText":{"text":"x"},"pageObjectIds":["none"]}}""", "replaceAllText: The page (none) could not be found.")]
    [InlineData("""{"replaceAllText":{"containsText":{"text":"x"},"pageObjectIds":["notes_master"]}}""", "replaceAllText: The page (notes_master) is a notes master")]
    [InlineData("""{"replaceAllText":{"containsText":{"text":""}}}""", "replaceAllText: The substring match text cannot be empty.")]
    [InlineData("""{"replaceAllText":{"replaceText":"x"}}""", "replaceAllText: The containsText field is required.")]
    [InlineData("""{"insertText":{"objectId":"shape"}}""", "insertText: The text field is required.")]
    [InlineData("""{"insertText":{"objectId":"shape","text":"x","insertionIndex":16}}""", "insertText: The insertion index (16) should not be greater than the existing text length (15).")]
    [InlineData("""{"insertText":{"objectId":"group","text":"x"}}""", "insertText: The object (group) does not allow text editing.")]
    [InlineData("""{"insertText":{"objectId":"first","text":"x"}}""", "insertText: The object (first) does not allow text editing.")]
    [InlineData("""{"insertText":{"objectId":"none","text":"x"}}""", "insertText: The object (none) could not be found.")]
    [InlineData("""{"insertText":{"objectId":"table","text":"x","cellLocation":{"rowIndex":1}}}""", "insertText: The cell (1, 0) is out of the bounds of the table (table).")]
    [InlineData("""{"insertText":{"objectId":"shape","text":"x","cellLocation":{}}}""", "insertText: The object (shape) is not a table.")]
    [InlineData("""{"deleteText":{"objectId":"shape","textRange":{"type":"FIXED_RANGE","startIndex":0,"endIndex":16}}}""", "deleteText: The end index (16) should not be greater than the existing text length (15).")]
    [InlineData("""{"deleteText":{"objectId":"shape","textRange":{"type":"FROM_START_INDEX","startIndex":15}}}""", "deleteText: The startIndex 15 must be less than the endIndex 15.")]
    [InlineData("""{"duplicateObject":{"objectId":"first","objectIds":{"none":"abcde"}}}""", "duplicateObject: The object (none) could not be found.")]
    [InlineData("""{"duplicateObject":{"objectId":"first","objectIds":{"first":"second"}}}""", "duplicateObject: The object ID (second) should be unique")]
    [InlineData("""{"duplicateObject":{"objectId":"first","objectIds":{"first":"abcde","shape":"abcde"}}}""", "duplicateObject: The object ID (abcde) should be unique")]
    [InlineData("""{"duplicateObject":{"objectId":"first","objectIds":{"first":"abcd"}}}""", "duplicateObject: The object ID (abcd) should start")]
    [InlineData("""{"duplicateObject":{"objectId":"first","objectIds":{"first":"-abcd"}}}""", "duplicateObject: The object ID (-abcd) should start")]
    [InlineData("""{"updateSlidesPosition":{"slideObjectIds":["second","first"],"insertionIndex":0}}""", "updateSlidesPosition: The slides should be in existing presentation order, without duplicates.")]
    [InlineData("""{"updateSlidesPosition":{"slideObjectIds":["first","first"],"insertionIndex":0}}""", "updateSlidesPosition: The slides should be in existing presentation order, without duplicates.")]
    [InlineData("""{"updateSlidesPosition":{"slideObjectIds":["first"],"insertionIndex":4}}""", "updateSlidesPosition: The insertion index (4) should be between 0 and the number of slides (3).")]
    [InlineData("""{"deleteObject":{"objectId":"layout_1"}}""", "deleteObject: The page (layout_1) cannot be deleted.")]
    public async Task Request_ThatCannotBeApplied_IsNamedWithItsReason(string request, string problem)
    {
        var reply = await _client.BatchAsync("deck", Ask.ReplaceText("nothing", "x"), request);

        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.StartsWith($"Invalid requests[1].{problem}", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteText_AllOfEmptyNotes_IsAnError()
    {
        _server.Store.Edit("deck", static deck => deck.Page("second").SetNotes());
        var id = Deck.Page("second").Notes!.SpeakerNotesId!;

        var reply = await _client.BatchAsync("deck", Ask.DeleteAllText(id));

        Assert.Equal("Invalid requests[0].deleteText: The startIndex 0 must be less than the endIndex 0.", reply.Message);
    }

    [Theory]
    [InlineData("""{"requests":[{}]}""", "Invalid requests[0]: No request set.")]
    [InlineData("""{"requests":[]}""", "Must specify at least one request.")]
    [InlineData("""{}""", "Must specify at least one request.")]
    [InlineData("""{"requests":[{"deleteObject":{"objectId":"third"},"insertText":{"objectId":"shape","text":"x"}}]}""", "Invalid value at 'requests[0]' (oneof), oneof field 'kind' is already set. Cannot set 'insertText'")]
    [InlineData("""{"requests":[{"deleteObject":{"objectID":"third"}}]}""", "Invalid JSON payload received. Unknown name \"objectID\" at 'requests[0].delete_object': Cannot find field.")]
    [InlineData("""{"request":[]}""", "Invalid JSON payload received. Unknown name \"request\": Cannot find field.")]
    [InlineData("""{"requests":{}}""", "Invalid value at 'requests', must be an array")]
    [InlineData("""{"requests":[{"insertText":{"objectId":"shape","text":"x","insertionIndex":"first"}}]}""", "Invalid value at 'requests[0].insert_text.insertion_index' (TYPE_INT32), \"first\"")]
    [InlineData("""{"requests":[{"insertText":"x"}]}""", "Invalid value at 'requests[0].insert_text' (type.googleapis.com/google.apps.slides.v1.InsertTextRequest), \"x\"")]
    [InlineData("""{"requests":[{"deleteText":{"objectId":"shape","textRange":{"type":"EVERYTHING"}}}]}""", "Invalid value at 'requests[0].delete_text.text_range.type' (type.googleapis.com/google.apps.slides.v1.Type), \"EVERYTHING\"")]
    [InlineData("""{"requests":[""", "Invalid JSON payload received. Unexpected token.")]
    public async Task Batch_OfAWrongForm_IsRefusedWithWhatIsWrong(string body, string message)
    {
        var reply = await _client.PostAsync("v1/presentations/deck:batchUpdate", body);

        Assert.Equal((HttpStatusCode.BadRequest, message), (reply.Status, reply.Message));
    }

    [Theory]
    [InlineData("""{"createTable":{"rows":1,"columns":1}}""")]
    [InlineData("""{"replaceAllText":{"containsText":{"text":"a.","searchByRegex":true}}}""")]
    [InlineData("""{"createSlide":{"slideLayoutReference":{"predefinedLayout":"TITLE"}}}""")]
    public async Task Request_ThatTheEmulatorDoesNotKnow_IsNoSuccess(string request)
    {
        Assert.Equal(HttpStatusCode.NotImplemented, (await _client.BatchAsync("deck", request)).Status);
    }
}
