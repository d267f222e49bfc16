using System.Text.Json;
using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class RefusedBatchTests
{
    private static void Build(StoredPresentation deck)
    {
        for (var i = 1; i <= 4; i++)
        {
            deck.AddSlide($"slide_{i}").AddShape($"shape_{i}", "{{name}} {{other}}");
        }
    }

    /// <summary>The place of the first request of a batch that mentions all texts; null when none does.</summary>
    private static int? Find(string batch, params string[] texts)
    {
        using var json = JsonDocument.Parse(batch);
        var at = json.RootElement.GetProperty("requests").EnumerateArray().Select(request => request.GetRawText()).ToList()
            .FindIndex(request => texts.All(text => request.Contains(text, StringComparison.Ordinal)));
        return at < 0 ? null : at;
    }

    [Fact]
    public async Task Request_ThatIsRefusedByItsNumber_CostsItsTextOnItsSlideOnly()
    {
        await using var bench = await DeckBench.WithAsync(
            Build,
            new GoogleTargetOptions { AllowUnresolved = true },
            refusal: batch => Find(batch, "{{name}}", "slide_3") is { } at ? $"Invalid requests[{at}].replaceAllText: No." : null);

        var result = await bench.FillAsync(DeckBench.InPlace(new { name = "Ann", other = "x" }));

        Assert.Equal(["Ann x", "Ann x", "{{name}} x", "Ann x"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal([null, null, 3, null], result.Slides.Select(slide => slide.Error is null ? (int?)null : slide.Number));
        Assert.Equal((7, 6, 2), (result.TextReplaced, bench.Proxy!.Batches, result.Retries));
        Assert.Contains("No.", Assert.Single(result.Unresolved).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_ThatNamesNoRequest_CostsTheSlideThatIsRefusedAlone()
    {
        await using var bench = await DeckBench.WithAsync(
            Build,
            new GoogleTargetOptions { AllowUnresolved = true },
            refusal: batch => Find(batch, "slide_2") is null ? null : "Request contains an invalid argument.");

        var result = await bench.FillAsync(DeckBench.InPlace(new { name = "Ann", other = "x" }));

        Assert.Equal(["Ann x", "{{name}} {{other}}", "Ann x", "Ann x"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal([false, true, false, false], result.Slides.Select(slide => slide.Error is not null));
        Assert.Equal((6, 5), (result.TextReplaced, bench.Proxy!.Batches));
        Assert.Equal(2, result.Unresolved.Count);
    }

    [Theory]
    [InlineData("Invalid requests[0].duplicateObject: No.")]
    [InlineData("Request contains an invalid argument.")]
    public async Task Refusal_OfSlidesThemselves_EndsTheDeckAndLeavesNoCopy(string message)
    {
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                deck.AddSlide("slide_1").AddShape("shape_1", "{{.}}").Title = "{{#each items}}";
                deck.AddSlide("slide_2").AddShape("shape_2", "{{name}}");
            },
            refusal: batch => Find(batch, "duplicateObject") is { } at ? message.Replace("[0]", $"[{at}]", StringComparison.Ordinal) : null);

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { name = "Ann", items = new[] { 1, 2 } }));

        Assert.Equal(DeckFault.Refused, failure.Fault);
        Assert.Equal([DeckBench.TemplateId], bench.Emulator.Store.Files.Select(file => file.Id));
    }
}
