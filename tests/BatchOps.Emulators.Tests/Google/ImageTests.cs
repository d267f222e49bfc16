using System.Net;
using BatchOps.Emulators.Google;

namespace BatchOps.Emulators.Tests.Google;

public sealed class ImageTests : IAsyncLifetime
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
            var slide = deck.AddSlide("slide");
            slide.AddShape("below", "under it");
            var logo = slide.AddShape("logo", "{{logo}}");
            (logo.X, logo.Y, logo.Width, logo.Height) = (100, 200, 300, 400);
            slide.AddShape("above", "over it");
            slide.AddGroup("group", slide.AddShape("inner", "the {{logo}}"), slide.AddShape("other", "x"));
            deck.AddSlide("with_notes").SetNotes("{{logo}}");
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task ReplaceShapes_TwoOfThem_FetchesTwiceAndKeepsPlaceAndOrder()
    {
        var url = _server.Share(Images.Png());

        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", url, "slide"));

        Assert.Equal("""[{"replaceAllShapesWithImage":{"occurrencesChanged":2}}]""", reply.Replies);
        Assert.Equal(KeyValuePair.Create(url.AbsoluteUri, 2), Assert.Single(_server.Stats.ImageFetches));
        Assert.Equal(2, Assert.Single(_server.Stats.Images).Value);
        var image = Deck.Page("slide").Elements[1];
        Assert.Equal((100, 200, 300, 400), (image.X, image.Y, image.Width, image.Height));
        Assert.Equal(url.AbsoluteUri, image.Image!.SourceUrl);
        Assert.Equal(Images.Png(), _server.Store.FindImage(image.Image.Sha256)!.Value.ToArray());
        Assert.NotNull(Deck.Element("group").Children![0].Image);
        Assert.DoesNotContain("{{logo}}", Deck.Page("slide").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplaceShapes_NoneFound_FetchesNothing()
    {
        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{photo}}", _server.Share(Images.Png()), "slide"));

        Assert.Equal("""[{"replaceAllShapesWithImage":{}}]""", reply.Replies);
        Assert.Empty(_server.Stats.ImageFetches);
    }

    [Fact]
    public async Task ReplaceShapes_InNotes_IsRefusedWhetherNamedOrFound()
    {
        var url = _server.Share(Images.Png());
        var notes = Deck.Page("with_notes").Notes!;

        var found = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", url));
        var named = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{none}}", url, notes.Id));

        Assert.Equal($"Invalid requests[0].replaceAllShapesWithImage: The operation is not allowed on notes page element {notes.SpeakerNotesId}", found.Message);
        Assert.Equal($"Invalid requests[0].replaceAllShapesWithImage: The operation is not allowed on notes page ({notes.Id}).", named.Message);
    }

    [Fact]
    public async Task Image_NotShared_IsForbidden()
    {
        var url = _server.Share(Images.Png(), isPublic: false);

        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", url, "slide"));

        Assert.Equal("Invalid requests[0].replaceAllShapesWithImage: Access to the provided image was forbidden.", reply.Message);
        Assert.Equal(HttpStatusCode.Forbidden, (await _client.GetAsync(url.AbsoluteUri)).Status);
    }

    [Fact]
    public async Task Image_AtGooglesOwnHost_IsThatOfTheStore()
    {
        var id = _server.Share(Images.Png()).Query.Split('=', '&')[1];

        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", new Uri($"https://drive.google.com/uc?export=view&id={id}"), "slide"));

        Assert.Equal(HttpStatusCode.OK, reply.Status);
    }

    [Fact]
    public async Task Image_OfAnotherServer_IsFetchedThere()
    {
        await using var other = await GoogleEmulator.StartAsync();
        var url = other.Share(Images.Jpeg());

        await _client.BatchAsync("deck", $$$$$"""{"createImage":{"objectId":"image","url":"{{{{{url}}}}}","elementProperties":{"pageObjectId":"slide","size":{"width":{"magnitude":10,"unit":"PT"},"height":{"magnitude":5,"unit":"EMU"}},"transform":{"scaleX":2,"scaleY":1,"translateX":7,"unit":"EMU"}}}}""");
        var image = Deck.Element("image");
        var shown = await _client.GetAsync($"images/{image.Image!.Sha256}");

        Assert.Equal((254_000, 5, 7, 0), (image.Width, image.Height, image.X, image.Y));
        Assert.Equal(Images.Jpeg(), shown.Content);
        Assert.Equal("image/jpeg", shown.ContentHeaders.ContentType!.MediaType);
    }

    [Fact]
    public async Task ReplaceImage_OfAnImage_ShowsTheOther()
    {
        _server.Store.Edit("deck", static deck => deck.Page("slide").AddImage("image", new StoredImage("http://x/", "abc")));
        var url = _server.Share(Images.Gif());

        var reply = await _client.BatchAsync("deck", $$$"""{"replaceImage":{"imageObjectId":"image","url":"{{{url}}}"}}""");
        var refused = await _client.BatchAsync("deck", $$$"""{"replaceImage":{"imageObjectId":"below","url":"{{{url}}}"}}""");

        Assert.Equal("[{}]", reply.Replies);
        Assert.Equal(url.AbsoluteUri, Deck.Element("image").Image!.SourceUrl);
        Assert.Equal("Invalid requests[0].replaceImage: The object (below) is not of type IMAGE.", refused.Message);
    }

    [Theory]
    [InlineData("text", "The provided image is in an unsupported format.")]
    [InlineData("large", "The provided image is too large.")]
    public async Task Image_ThatIsNotTaken_IsRefused(string kind, string message)
    {
        var url = _server.Share(kind == "text" ? "no image at all, whatever it is called"u8.ToArray() : Images.Png(5001, 5000));

        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", url, "slide"));

        Assert.Equal($"Invalid requests[0].replaceAllShapesWithImage: {message}", reply.Message);
    }

    [Theory]
    [InlineData("uc?id=none")]
    [InlineData("nothing/here.png")]
    public async Task Image_ThatIsNotThere_IsAProblemOfItsRetrieval(string path)
    {
        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", new Uri(_server.BaseAddress, path), "slide"));

        Assert.StartsWith("Invalid requests[0].replaceAllShapesWithImage: There was a problem retrieving the image.", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_AddressOverTwoKilobytes_IsRefused()
    {
        var reply = await _client.BatchAsync("deck", Ask.ReplaceShapes("{{logo}}", new Uri(_server.BaseAddress, $"uc?id={new string('x', 2048)}"), "slide"));

        Assert.EndsWith("The image URL should be at most 2 kB in length.", reply.Message, StringComparison.Ordinal);
    }
}
