using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class DeckImageTests
{
    private static DeckPlannerOptions Images(params (string Name, string Source, ImageFit Fit)[] images) =>
        new() { Images = images.ToDictionary(image => image.Name, image => new DeckImage(image.Source, image.Fit)) };

    [Fact]
    public async Task Image_InShapesAndGroups_IsUploadedOnceAndPlacedOnItsSlidesOnly()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            var slide = deck.AddSlide("slide_1");
            slide.AddShape("logo_1", "RECTANGLE", null, "{{logo}}");
            slide.AddGroup("group_1", slide.AddShape("logo_2", " {{logo}}\n"), slide.AddShape("text_1", "x"));
            deck.AddSlide("slide_2").AddShape("logo_3", "{{logo}}");
            deck.AddSlide("slide_3").AddShape("text_2", "{{name}}");
        });

        var options = Images(("logo", bench.Picture("logo.png"), ImageFit.Inside));
        var first = await bench.FillAsync(new { name = "a" }, options);
        var second = await bench.FillAsync(new { name = "b" }, options);

        Assert.Equal((3, 1), (first.ImagesReplaced, first.TextReplaced));
        Assert.Equal([2, 1, 0], first.Slides.Select(slide => slide.ImagesReplaced));
        Assert.Equal(3, bench.Deck(second).Pages.SelectMany(page => page.AllElements).Count(element => element.Image is not null));
        Assert.Equal([1], bench.Stats.Uploads.Values);
        Assert.Equal(2, bench.Writes);
        Assert.Equal((6, 4), (first.Calls, second.Calls));
    }

    [Fact]
    public async Task Image_WhoseTokenStandsInOtherTextToo_TakesOnlyTheShapeThatIsForIt()
    {
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                var slide = deck.AddSlide("slide_1");
                slide.AddShape("marker_1", "{{#each items}}");
                slide.AddShape("logo_1", "{{logo}}");
                slide.AddShape("text_1", "Logo: {{logo}}");
            },
            new GoogleTargetOptions { AllowUnresolved = true });

        var result = await bench.FillAsync(new { items = new[] { 1, 2 } }, Images(("logo", bench.Picture("logo.png"), ImageFit.Crop)));

        foreach (var slide in bench.Deck(result).Slides)
        {
            Assert.NotNull(slide.Elements[0].Image);
            Assert.Equal("Logo: {{logo}}", slide.Elements[1].Text!.Text);
        }

        Assert.Equal([1, 1], result.Slides.Select(slide => slide.ImagesReplaced));
        Assert.All(result.Unresolved, token => Assert.Equal("it names an image, which needs a shape whose only text it is", token.Reason));
        Assert.Equal(2, result.Unresolved.Count);
    }

    [Fact]
    public async Task Picture_WhoseAlternativeTextIsAToken_IsSwapped()
    {
        await using var bench = await DeckBench.StartAsync();
        var old = bench.Emulator.Store.AddFile("old.png", "image/png", Pictures.Png(2, 2, 1), file => file with { Permissions = [.. file.Permissions, new StoredPermission("anyone", "anyone", "reader", null)] });
        bench.Emulator.Store.AddPresentation(DeckBench.TemplateId, "Template", deck => deck.AddSlide("slide_1").AddImage("image_1", new StoredImage("x", old.Sha256)).Description = "{{logo}}");

        var result = await bench.FillAsync(new { a = 1 }, Images(("logo", bench.Picture("new.png", 7), ImageFit.Inside)));

        var image = bench.Deck(result).Slides[0].Elements[0];
        Assert.NotEqual(old.Sha256, image.Image!.Sha256);
        Assert.Equal(("logo", 1), (image.Description, result.ImagesReplaced));
    }

    [Fact]
    public async Task Image_OfEachItem_IsItsOwn()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("logo_1", "{{photo}}").Title = "{{#each people}}");
        bench.Picture("ann.png", 1);
        bench.Picture("bob.png", 2);

        var result = await bench.FillAsync(new { people = new[] { "ann", "bob" } }, Images(("photo", "{{.}}.png", ImageFit.Inside)));

        Assert.Equal(2, bench.Deck(result).Slides.Select(slide => slide.Elements[0].Image!.Sha256).Distinct().Count());
        Assert.Empty(bench.Stats.PublicFiles);
        Assert.Equal(2, result.Phases.Single(phase => phase.Step == DeckStep.ImageUpload).Count);
    }

    [Fact]
    public async Task Image_ThatIsNotThere_FailsTheDeckAndLeavesNoCopy()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("logo_1", "{{logo}}"));

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { a = 1 }, Images(("logo", "missing.png", ImageFit.Inside))));

        Assert.Equal(DeckFault.ImageNotFound, failure.Fault);
        Assert.Equal([DeckBench.TemplateId], bench.Emulator.Store.Files.Select(file => file.Id));
    }

    [Theory]
    [InlineData(ImageFit.Inside, "CENTER_INSIDE")]
    [InlineData(ImageFit.Crop, "CENTER_CROP")]
    public void Fit_OfAnImage_IsTheServicesMethod(ImageFit fit, string method)
    {
        var images = new Slides.Google.Presentations.DeckImages();
        images.Found("a.png", "https://x/a.png");

        var request = images.Replace("{{a}}", new DeckImage("a.png", fit), ["slide_1"]).ReplaceAllShapesWithImage!;

        Assert.Equal((method, true, "https://x/a.png"), (request.ImageReplaceMethod, request.ContainsText!.MatchCase, request.ImageUrl));
        Assert.Equal(["slide_1"], request.PageObjectIds);
    }
}
