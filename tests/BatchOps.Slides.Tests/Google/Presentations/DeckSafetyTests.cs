using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class DeckSafetyTests
{
    private const string Write = "slides.presentations.batchUpdate";

    private static readonly DeckPlannerOptions Notes = new() { Notes = new Dictionary<string, string> { ["*"] = "Note {{name}}" } };

    private static readonly object Record = new { name = "{{self}}", self = "self", items = new[] { "a", "b" } };

    // Everything that would show if it were done twice: duplicates, inserted notes, values that hold tokens.
    private static void Build(StoredPresentation deck)
    {
        deck.AddSlide("slide_1").AddShape("shape_1", "Hello {{name}} {{self}}");
        deck.Slides[0].SetNotes("Old");
        var items = deck.AddSlide("slide_2");
        items.AddShape("shape_2", "{{#each items}}{{.}}{{name}}");
        items.SetNotes("");
    }

    private static GoogleEmulatorOptions Faults(params FaultRule[] rules) => new() { FaultRules = rules };

    private static void AssertFilled(StoredPresentation deck, DeckResult result)
    {
        Assert.Equal(["Hello {{self}} self", "a{{self}}", "b{{self}}"], deck.Slides.Select(slide => slide.Text));
        Assert.Equal(["Note {{self}}", "Note {{self}}", "Note {{self}}"], deck.Slides.Select(slide => slide.NotesText));
        Assert.Equal((6, 3), (result.TextReplaced, result.NotesReplaced));
        Assert.Empty(result.Unresolved);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.DropAfter)]
    [InlineData(FaultKind.Status503)]
    [InlineData(FaultKind.Status503After)]
    [InlineData(FaultKind.Html502)]
    [InlineData(FaultKind.Throttle)]
    [InlineData(FaultKind.StallAfter)]
    public async Task Write_ThatFailsForTheMoment_IsAppliedOnce(FaultKind kind)
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule(Write, kind)), timeout: TimeSpan.FromSeconds(2));
        var deck = bench.Copy(Record, Notes);

        var result = await bench.FillAsync(deck);

        AssertFilled(bench.Deck(result), result);
        Assert.Equal(2, bench.Attempts);
        Assert.Equal(1, result.Retries);
        Assert.Equal((1, 0, 1), (bench.Stats.AppliedWrites, bench.Stats.DuplicateWrites, bench.Copies));
    }

    [Theory]
    [InlineData("drive.files.copy", FaultKind.DropAfter)]
    [InlineData("drive.files.copy", FaultKind.Status503)]
    [InlineData("slides.presentations.get", FaultKind.DropBefore)]
    public async Task OtherCalls_ThatFailForTheMoment_LeaveOneCopy(string method, FaultKind kind)
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule(method, kind)));

        var result = await bench.FillAsync(Record, Notes);

        AssertFilled(bench.Deck(result), result);
        Assert.Equal(2, bench.Emulator.Store.Files.Count);
    }

    [Fact]
    public async Task Validation_ThatFailsForTheMoment_WritesNothingAgain()
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule("slides.presentations.get", FaultKind.Status500, From: 2)));

        var result = await bench.FillAsync(Record, Notes);

        AssertFilled(bench.Deck(result), result);
        Assert.Equal((1, 2), (bench.Writes, bench.Attempts));
    }

    [Fact]
    public async Task Write_LostWithAnotherWriterBehindIt_IsFoundToBeDone()
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule(Write, FaultKind.DropAfter)));
        var deck = DeckBench.InPlace(Record, Notes);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bench.Target.FillAsync(deck, bench.Calls()));
        bench.Emulator.Store.Edit(DeckBench.TemplateId, stored => stored.Slides[0].AddShape("other_1", "by someone else"));

        var result = await bench.FillAsync(deck);

        Assert.Equal("Hello {{self}} self\nby someone else", bench.Deck(result).Slides[0].Text);
        Assert.Equal((6, 3), (result.TextReplaced, result.NotesReplaced));
        Assert.Equal((1, 1), (bench.Stats.AppliedWrites, bench.Stats.StaleWrites));
    }

    [Fact]
    public async Task Write_NeverAppliedWithAnotherWriterBehindIt_IsMadeAnew()
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule(Write, FaultKind.DropBefore)));
        var deck = DeckBench.InPlace(Record, Notes);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bench.Target.FillAsync(deck, bench.Calls()));
        bench.Emulator.Store.Edit(DeckBench.TemplateId, stored => stored.Slides[0].AddShape("other_1", "{{self}}"));

        var result = await bench.FillAsync(deck);

        Assert.Equal("Hello {{self}} self\nself", bench.Deck(result).Slides[0].Text);
        Assert.Equal(["Note {{self}}", "Note {{self}}", "Note {{self}}"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Equal((7, 3), (result.TextReplaced, result.NotesReplaced));
    }

    [Fact]
    public async Task AnotherWriter_BetweenReadingAndWriting_IsNotOverwritten()
    {
        await using var bench = await DeckBench.WithAsync(Build);
        var picture = bench.Picture("logo.png");
        bench.Emulator.Store.Edit(DeckBench.TemplateId, stored => stored.Slides[0].AddShape("logo_1", "{{logo}}"));
        var deck = DeckBench.InPlace(Record, Notes with { Images = new Dictionary<string, DeckImage> { ["logo"] = new(picture) } });

        // After the upload, the deck is read and not written yet.
        deck.Progressed = () =>
        {
            if (bench.Writes == 0)
            {
                bench.Emulator.Store.Edit(DeckBench.TemplateId, stored =>
                {
                    stored.Slides[0].AddShape("other_1", "for {{self}}");
                    stored.Slides.Reverse();
                });
            }
        };

        var result = await bench.FillAsync(deck);

        Assert.Equal(["a{{self}}", "b{{self}}", "Hello {{self}} self\nfor self"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal((1, 1, 1, 1), (bench.Stats.StaleWrites, bench.Stats.AppliedWrites, result.ImagesReplaced, bench.Attempts));
    }

    [Fact]
    public async Task AnotherWriter_WhoNeverStops_EndsTheDeckWithAConflict()
    {
        var latency = TimeSpan.FromMilliseconds(7);
        DeckBench? bench = null;
        var time = new HookedTime(wait =>
        {
            if (wait == latency)
            {
                bench!.Emulator.Store.Edit(DeckBench.TemplateId, stored => stored.Slides[0].AddShape(null, "by someone else"));
            }
        });
        bench = await DeckBench.WithAsync(Build, options: new GoogleEmulatorOptions { WriteLatency = latency, TimeProvider = time });
        await using var owned = bench;

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(DeckBench.InPlace(Record, Notes)));

        Assert.Equal(DeckFault.Conflict, failure.Fault);
        Assert.Equal((0, 4), (bench.Stats.AppliedWrites, bench.Stats.StaleWrites));
        Assert.StartsWith("Hello {{name}} {{self}}", bench.Emulator.Store.Presentation(DeckBench.TemplateId).Slides[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Image_ThatGoogleCantFetch_CostsItsSlideOnly()
    {
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                for (var i = 1; i <= 4; i++)
                {
                    var slide = deck.AddSlide($"slide_{i}");
                    slide.AddShape($"text_{i}", "{{name}}");
                    slide.AddShape($"image_{i}", i == 2 ? "{{bad}}" : "{{good}}");
                }
            },
            new GoogleTargetOptions { AllowUnresolved = true });
        var bad = new Uri(bench.Emulator.BaseAddress, "uc?id=nothing").AbsoluteUri;
        var images = new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["bad"] = new(bad), ["good"] = new(bench.Picture("good.png")) } };

        var result = await bench.FillAsync(new { name = "Ann" }, images);

        Assert.Equal(["Ann", "Ann\n{{bad}}", "Ann", "Ann"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal((4, 3), (result.TextReplaced, result.ImagesReplaced));
        Assert.Equal([false, true, false, false], result.Slides.Select(slide => slide.Error is not null));
        var left = Assert.Single(result.Unresolved);
        Assert.Contains("problem retrieving the image", left.Reason, StringComparison.Ordinal);
        Assert.Equal(5, bench.Writes);
    }

    [Fact]
    public async Task Image_ThatGoogleCantFetch_OnARepeatedSlide_CostsItsDuplicateOnly()
    {
        await using var bench = await DeckBench.WithAsync(
            deck =>
            {
                var slide = deck.AddSlide("slide_1");
                slide.AddShape("text_1", "{{#each items}}\n{{.}} {{value}}");
                slide.AddShape("image_1", "{{photo}}");
                slide.SetNotes("{{.}}");
                deck.AddSlide("slide_2").AddShape("text_2", "{{value}}");
            },
            new GoogleTargetOptions { AllowUnresolved = true });
        bench.Emulator.Store.AddFile("good.png", "image/png", Pictures.Png(8, 4), file => file with { Id = "good", Permissions = [.. file.Permissions, file.Permissions[0] with { Type = "anyone", Role = "reader" }] });
        var images = new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["photo"] = new(new Uri(bench.Emulator.BaseAddress, "uc?id=").AbsoluteUri + "{{.}}") } };

        var result = await bench.FillAsync(new { items = new[] { "good", "bad", "good" }, value = "{{.}}" }, images);

        var deck = bench.Deck(result);
        Assert.Equal(["good {{.}}", "bad {{.}}\n{{photo}}", "good {{.}}", "{{.}}"], deck.Slides.Select(slide => slide.Text));
        Assert.Equal(["good", "bad", "good", null], deck.Slides.Select(slide => slide.NotesText));
        Assert.Equal([1, 0, 1, 0], result.Slides.Select(slide => slide.ImagesReplaced));
        Assert.Equal([false, true, false, false], result.Slides.Select(slide => slide.Error is not null));
        Assert.Equal(["{{photo}}"], result.Unresolved.Select(token => token.Token));
    }

    [Fact]
    public async Task Image_ThatGoogleCantFetch_FailsADeckThatMustBeWhole()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("image_1", "{{bad}}"));
        var bad = new Uri(bench.Emulator.BaseAddress, "uc?id=nothing").AbsoluteUri;

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { name = "Ann" }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["bad"] = new(bad) } }));

        Assert.Equal(DeckFault.Unresolved, failure.Fault);
        Assert.Contains("the copy was deleted", failure.Message, StringComparison.Ordinal);
        Assert.Equal([DeckBench.TemplateId], bench.Emulator.Store.Files.Select(file => file.Id));
    }

    [Fact]
    public async Task Upload_ThatIsNotPublicEverywhereYet_IsTriedAgain()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("image_1", "{{logo}}"));
        var deck = bench.Copy(new { name = "Ann" }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["logo"] = new(bench.Picture("logo.png")) } });
        IReadOnlyList<StoredPermission> shared = [];
        var upload = string.Empty;
        deck.Progressed = () =>
        {
            if (bench.Emulator.Store.Files.FirstOrDefault(file => file.MimeType == "image/png") is { IsPublic: true } file && upload.Length == 0)
            {
                (upload, shared) = (file.Id, file.Permissions);
                bench.Emulator.Store.Change(upload, now => now with { Permissions = [now.Permissions[0]] });
            }
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bench.Target.FillAsync(deck, bench.Calls()));
        bench.Emulator.Store.Change(upload, file => file with { Permissions = shared });

        var result = await bench.FillAsync(deck);

        Assert.Equal((1, 1), (result.ImagesReplaced, bench.Copies));
        Assert.Null(result.Slides[0].Error);
    }

    [Fact]
    public async Task Upload_ThatIsNeverPublic_CostsItsSlide()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("image_1", "{{logo}}"), new GoogleTargetOptions { AllowUnresolved = true });
        var deck = bench.Copy(new { name = "Ann" }, new DeckPlannerOptions { Images = new Dictionary<string, DeckImage> { ["logo"] = new(bench.Picture("logo.png")) } });
        deck.Progressed = () =>
        {
            if (bench.Emulator.Store.Files.FirstOrDefault(file => file.IsPublic) is { } file)
            {
                bench.Emulator.Store.Change(file.Id, now => now with { Permissions = [now.Permissions[0]] });
            }
        };

        var result = await bench.FillAsync(deck);

        Assert.Equal((0, 3), (result.ImagesReplaced, bench.Attempts));
        Assert.NotNull(result.Slides[0].Error);
    }

    [Fact]
    public async Task InPlace_WithATokenWithoutValue_TouchesNothing()
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{name}} {{nobody}}"));

        await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(DeckBench.InPlace(new { name = "Ann" })));

        Assert.Equal("{{name}} {{nobody}}", bench.Emulator.Store.Presentation(DeckBench.TemplateId).Slides[0].Text);
        Assert.Equal(0, bench.Writes);
    }

    [Fact]
    public async Task SamePresentation_FilledBySeveralDecksAtOnce_IsWrittenOneAtATime()
    {
        await using var bench = await DeckBench.WithAsync(deck =>
        {
            for (var i = 1; i <= 8; i++)
            {
                deck.AddSlide($"slide_{i}").AddShape($"shape_{i}", $"{{{{name{i}}}}}");
            }
        }, new GoogleTargetOptions { AllowUnresolved = true }, new GoogleEmulatorOptions { WriteLatency = TimeSpan.FromMilliseconds(20) });

        await Task.WhenAll(Enumerable.Range(1, 8).Select(i => bench.FillAsync(DeckBench.InPlace(new Dictionary<string, object?> { [$"name{i}"] = i }))));

        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"{i}"), bench.Emulator.Store.Presentation(DeckBench.TemplateId).Slides.Select(slide => slide.Text));
        Assert.Equal((0, 0), (bench.Stats.OverlappingWrites, bench.Stats.StaleWrites));
    }

    [Fact]
    public async Task SixtyDecks_InParallelWithFaults_AreAllMadeOnce()
    {
        await using var bench = await DeckBench.WithAsync(
            Build,
            options: new GoogleEmulatorOptions
            {
                WriteLatency = TimeSpan.FromMilliseconds(10),
                FaultRates = new Dictionary<FaultKind, double> { [FaultKind.DropAfter] = 0.03, [FaultKind.DropBefore] = 0.03, [FaultKind.Status503] = 0.03, [FaultKind.Status503After] = 0.03 },
            });

        var results = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => bench.FillAsync(bench.Copy(Record, Notes))));

        foreach (var result in results)
        {
            AssertFilled(bench.Deck(result), result);
        }

        Assert.Equal(61, bench.Emulator.Store.Files.Count);
        Assert.Equal((60, 0, 0), (bench.Stats.AppliedWrites, bench.Stats.OverlappingWrites, bench.Stats.DuplicateWrites));
    }

    [Fact]
    public async Task CutShort_RunWithItsCopyHalfway_GoesOnWithTheSameCopy()
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule("slides.presentations.get", FaultKind.Status503, From: 2)));
        var plan = Bench.Plan(Record, Notes);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bench.Target.FillAsync(GoogleDeck.Copy(plan, DeckBench.TemplateId, "Deck", "key"), bench.Calls()));

        await using var later = bench.Again();
        var result = await later.FillAsync(GoogleDeck.Copy(plan, DeckBench.TemplateId, "Deck", "key", mayExist: true));

        Assert.Equal(["Hello {{self}} self", "a{{self}}", "b{{self}}"], bench.Deck(result).Slides.Select(slide => slide.Text));
        Assert.Equal(["Note {{self}}", "Note {{self}}", "Note {{self}}"], bench.Deck(result).Slides.Select(slide => slide.NotesText));
        Assert.Empty(result.Unresolved);
        Assert.Equal((2, 1), (bench.Emulator.Store.Files.Count, bench.Stats.AppliedWrites));
    }

    [Fact]
    public async Task Discard_OfADeckThatIsGivenUp_DeletesItsCopy()
    {
        await using var bench = await DeckBench.WithAsync(Build, options: Faults(new FaultRule(Write, FaultKind.Status503)));
        var deck = bench.Copy(Record, Notes);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bench.Target.FillAsync(deck, bench.Calls()));

        await bench.Target.DiscardAsync(deck, bench.Calls());

        Assert.Equal([DeckBench.TemplateId], bench.Emulator.Store.Files.Select(file => file.Id));
        Assert.Null(deck.PresentationId);
    }
}
