using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class SlideBatchingTests
{
    private const int Slides = 12;

    private static void Build(StoredPresentation deck)
    {
        for (var i = 1; i <= Slides; i++)
        {
            var slide = deck.AddSlide($"slide_{i}");
            slide.AddShape($"text_{i}", "{{name}} {{other}}");
            slide.AddShape($"image_{i}", "{{logo}}");
        }
    }

    private static DeckPlannerOptions Options(DeckBench bench) => new()
    {
        Images = new Dictionary<string, DeckImage> { ["logo"] = new(bench.Picture("logo.png")) },
        Notes = new Dictionary<string, string> { ["*"] = "Note {{name}}" },
    };

    private static readonly object Record = new { name = "Ann", other = "x" };

    [Theory]
    [InlineData(SlideBatching.Deck, 1, 100, 1)]
    [InlineData(SlideBatching.Slide, 1, 100, 36)]
    [InlineData(SlideBatching.Slide, 5, 100, 9)]
    [InlineData(SlideBatching.Slide, 12, 12, 4)]
    public async Task Deck_OfTwelveSlides_TakesSoManyWrites(SlideBatching batching, int slidesAtOnce, int size, int writes)
    {
        await using var bench = await DeckBench.WithAsync(Build, new GoogleTargetOptions { Batching = batching, MaxConcurrentSlides = slidesAtOnce, SlidesBatchSize = size });

        var result = await bench.FillAsync(Record, Options(bench));

        Assert.Equal(writes, bench.Writes);
        Assert.Equal((24, 12, 12), (result.TextReplaced, result.ImagesReplaced, result.NotesReplaced));
        Assert.All(result.Slides, slide => Assert.Equal((2, 1, 1), (slide.TextReplaced, slide.ImagesReplaced, slide.NotesReplaced)));
        Assert.All(bench.Deck(result).Slides, slide => Assert.Equal(("Ann x", "Note Ann"), (slide.Text, slide.NotesText)));
        Assert.Equal(writes + 5, result.Calls);
        Assert.Equal(0, bench.Stats.StaleWrites);
    }

    [Fact]
    public async Task SlideBySlide_WithAFaultInTheMiddle_GoesOnThere()
    {
        await using var bench = await DeckBench.WithAsync(
            Build,
            new GoogleTargetOptions { Batching = SlideBatching.Slide },
            new GoogleEmulatorOptions { FaultRules = [new FaultRule("slides.presentations.batchUpdate", FaultKind.DropAfter, From: 15), new FaultRule("slides.presentations.batchUpdate", FaultKind.Throttle, From: 25)] });
        var progressed = 0;
        var deck = bench.Copy(Record, Options(bench));
        deck.Progressed = () => Interlocked.Increment(ref progressed);

        var result = await bench.FillAsync(deck);

        Assert.Equal((36, 0), (bench.Stats.AppliedWrites, bench.Stats.DuplicateWrites));
        Assert.Equal((24, 12, 12), (result.TextReplaced, result.ImagesReplaced, result.NotesReplaced));
        Assert.Equal(38, progressed);
    }

    [Fact]
    public async Task SlideBySlide_WithAnotherWriterInTheMiddle_KeepsWhatIsDoneAndWhatTheOtherWrote()
    {
        await using var bench = await DeckBench.WithAsync(Build, new GoogleTargetOptions { Batching = SlideBatching.Slide });
        bench.Emulator.Store.Edit(DeckBench.TemplateId, stored => stored.Slides[11].AddShape("marker_1", "{{#each items}}\n{{.}}"));
        var deck = DeckBench.InPlace(new { name = "Ann", other = "{{name}}", items = new[] { "{{other}}", "b" } }, Options(bench));
        deck.Progressed = () =>
        {
            if (bench.Stats.AppliedWrites is 8 or 20)
            {
                bench.Emulator.Store.Edit(DeckBench.TemplateId, stored =>
                {
                    stored.Slides[0].AddShape(null, "seen");
                    stored.Slides.RemoveAll(slide => slide.Id == "slide_10");
                });
            }
        };

        var result = await bench.FillAsync(deck);

        Assert.Equal(
            ["Ann {{name}}\nseen\nseen", .. Enumerable.Repeat("Ann {{name}}", 9), "Ann {{name}}\n{{other}}", "Ann {{name}}\nb"],
            bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.All(bench.Deck(result).Slides, slide => Assert.Equal("Note Ann", slide.NotesText));
        Assert.Equal(["slide_10"], result.Slides.Where(slide => slide.Error is not null).Select(slide => $"slide_{slide.TemplateNumber}"));
        Assert.Equal((26, 12, 12), (result.TextReplaced, result.ImagesReplaced, result.NotesReplaced));
        Assert.Equal(2, bench.Stats.StaleWrites);
        Assert.Empty(result.Unresolved);
    }

    [Fact]
    public async Task SlideBySlide_WithDuplicates_MakesTheSlidesFirst()
    {
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                var slide = deck.AddSlide("slide_1");
                slide.AddShape("shape_1", "{{#each items}}{{.}} {{other}}");
                slide.SetNotes("{{.}}");
            },
            new GoogleTargetOptions { Batching = SlideBatching.Slide });

        var result = await bench.FillAsync(new { items = new[] { "{{other}}", "b" }, other = "x" });

        Assert.Equal(["{{other}} x", "b x"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal(["{{other}}", "b"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Equal(3, bench.Writes);
    }

    [Fact]
    public async Task Delay_BetweenBatches_IsWaitedOnTheGivenClock()
    {
        var delay = TimeSpan.FromSeconds(500);
        var waits = 0;
        var time = new HookedTime(
            time => Interlocked.Add(ref waits, time == delay ? 1 : 0),
            time => time == delay);
        await using var bench = await DeckBench.WithAsync(Build, new GoogleTargetOptions { Batching = SlideBatching.Slide, SlideDelay = delay }, time: time);

        await bench.FillAsync(Record, Options(bench));

        Assert.Equal(35, waits);
    }

    [Fact]
    public async Task Phases_OfADeck_SayWhatEachStepDid()
    {
        await using var bench = await DeckBench.WithAsync(Build);

        var result = await bench.FillAsync(Record, Options(bench));

        Assert.Equal(
            [(DeckStep.Data, 4), (DeckStep.TemplateCopy, 12), (DeckStep.ImageUpload, 1), (DeckStep.Images, 12), (DeckStep.Text, 24), (DeckStep.Notes, 12), (DeckStep.Validation, 12)],
            result.Phases.Select(phase => (phase.Step, phase.Count)));
        Assert.All(result.Phases.Skip(1), phase => Assert.True(phase.Duration > TimeSpan.Zero));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new GoogleTargetOptions { MaxConcurrentSlides = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new GoogleTargetOptions { SlidesBatchSize = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new GoogleTargetOptions { SlideDelay = TimeSpan.FromSeconds(-1) }.Validate());
    }
}
