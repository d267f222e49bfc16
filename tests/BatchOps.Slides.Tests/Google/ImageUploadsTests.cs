using System.Security.Cryptography;
using BatchOps.Emulators.Google;
using BatchOps.Engine;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google;

public sealed class ImageUploadsTests
{
    private const string Create = "drive.files.create";
    private const string Share = "drive.permissions.create";
    private const string Delete = "drive.files.delete";

    [Fact]
    public async Task WebAddress_IsPassedThrough()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();

        Assert.Equal("https://example.com/a.png?sig=1", await uploads.GetUrlAsync("https://example.com/a.png?sig=1", null, GoogleRig.Deck()));
        await Assert.ThrowsAsync<DeckException>(() => uploads.GetUrlAsync("https://example.com/" + new string('a', 2100), null, GoogleRig.Deck()));
        Assert.Equal(0, rig.Stats.Requests);
    }

    [Fact]
    public async Task File_OfManyDecksAtOnce_IsUploadedOnceAndPublic()
    {
        await using var rig = await GoogleRig.StartAsync(new() { WriteLatency = TimeSpan.FromMilliseconds(30) });
        await using var uploads = rig.Uploads();
        var paths = new[] { rig.Image("a.png", 1), rig.Image("same as a.png", 1), rig.Image("b.png", 2) };

        var urls = await Task.WhenAll(Enumerable.Range(0, 60).Select(at => Task.Run(() => uploads.GetUrlAsync(paths[at % 3], new object(), GoogleRig.Deck()))));

        Assert.Equal(2, urls.Distinct().Count());
        Assert.Equal([1, 1], rig.Stats.Uploads.Values);
        Assert.Equal(2, rig.Stats.PublicFiles.Count);
        Assert.Equal((2, 2), (rig.Stats.Of(Create).Calls, rig.Stats.Of(Share).Calls));
        using var everyone = new HttpClient();
        Assert.Equal(await File.ReadAllBytesAsync(paths[0], TestContext.Current.CancellationToken), await everyone.GetByteArrayAsync(urls[0], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task File_Of6MB_IsUploadedInPiecesAndOnce()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();
        var content = Large(12 << 20);

        var url = await uploads.GetUrlAsync(rig.Write("large.png", content), null, GoogleRig.Deck());

        using var everyone = new HttpClient();
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await everyone.GetByteArrayAsync(url, TestContext.Current.CancellationToken)));
        Assert.Equal(3, rig.Stats.Of(Create).Calls);
    }

    [Theory]
    [InlineData(FaultKind.DropAfter, 12 << 20)]
    [InlineData(FaultKind.Status503After, 12 << 20)]
    [InlineData(FaultKind.DropAfter, 100)]
    [InlineData(FaultKind.Status503After, 100)]
    public async Task File_WasUploadedButNotAnswered_IsFoundAndNotUploadedAgain(FaultKind fault, int size)
    {
        var last = size > 5 << 20 ? 3 : 1;
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Create, fault, From: last)] });
        await using var uploads = rig.Uploads();
        var path = rig.Write("a.png", Large(size));

        var failure = await Assert.ThrowsAnyAsync<HttpRequestException>(() => uploads.GetUrlAsync(path, null, GoogleRig.Deck()));
        Assert.Equal(OutcomeClass.Transient, OutcomeClassifier.Classify(failure).Class);
        await uploads.GetUrlAsync(path, null, GoogleRig.Deck());

        Assert.Equal([1], rig.Stats.Uploads.Values);
        Assert.Single(rig.Emulator.Store.Files);
        Assert.Single(rig.Stats.PublicFiles);
    }

    [Theory]
    [InlineData(FaultKind.DropBefore)]
    [InlineData(FaultKind.Status503)]
    [InlineData(FaultKind.Html502)]
    [InlineData(FaultKind.Throttle)]
    public async Task Upload_Fails_TheNextOneTries(FaultKind fault)
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Create, fault)] });
        await using var uploads = rig.Uploads();
        var path = rig.Image("a.png", 1);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => uploads.GetUrlAsync(path, null, GoogleRig.Deck()));
        await uploads.GetUrlAsync(path, null, GoogleRig.Deck());

        Assert.Equal([1], rig.Stats.Uploads.Values);
    }

    [Fact]
    public async Task Piece_OfAnUploadFails_IsNotRepeatedUnasked()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Create, FaultKind.Status503, From: 2)] });
        await using var uploads = rig.Uploads();
        var path = rig.Write("a.png", Large(12 << 20));

        await Assert.ThrowsAsync<GoogleCallException>(() => uploads.GetUrlAsync(path, null, GoogleRig.Deck()));

        Assert.InRange(rig.Stats.Of(Create).Calls, 2, 3);
        await uploads.GetUrlAsync(path, null, GoogleRig.Deck());
        Assert.Equal([1], rig.Stats.Uploads.Values);
    }

    [Fact]
    public async Task Sharing_Fails_TheFileIsNotUploadedAgain()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Share, FaultKind.Status503)] });
        await using var uploads = rig.Uploads();
        var path = rig.Image("a.png", 1);

        await Assert.ThrowsAsync<GoogleCallException>(() => uploads.GetUrlAsync(path, null, GoogleRig.Deck()));
        await uploads.GetUrlAsync(path, null, GoogleRig.Deck());

        Assert.Equal([1], rig.Stats.Uploads.Values);
        Assert.Single(rig.Stats.PublicFiles);
    }

    [Fact]
    public async Task Uploader_IsStopped_AnotherDeckTakesOver()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Create, FaultKind.Stall)] });
        await using var uploads = rig.Uploads();
        var path = rig.Image("a.png", 1);
        using var stop = new CancellationTokenSource();
        var first = uploads.GetUrlAsync(path, new object(), GoogleRig.Deck(stop.Token));
        SpinWait.SpinUntil(() => rig.Stats.Of(Create).Calls == 1 || first.IsCompleted);
        var second = uploads.GetUrlAsync(path, new object(), GoogleRig.Deck());

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.NotEmpty(await second);
        Assert.Equal([1], rig.Stats.Uploads.Values);
    }

    [Fact]
    public async Task Deck_Ends_OnlyWhatNobodyElseUsesIsDeleted()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();
        var (first, second) = (new object(), new object());
        var deck = GoogleRig.Deck();
        var (own, both, kept) = (rig.Image("own.png", 1), rig.Image("both.png", 2), rig.Image("parameter.png", 3));
        await uploads.GetUrlAsync(own, first, deck);
        await uploads.GetUrlAsync(both, first, deck);
        await uploads.GetUrlAsync(both, second, deck);
        await uploads.GetUrlAsync(kept, first, deck);
        await uploads.GetUrlAsync(kept, null, deck);

        await uploads.ReleaseAsync(first, deck);
        Assert.Equal(2, rig.Stats.PublicFiles.Count);
        await uploads.ReleaseAsync(second, deck);
        Assert.Single(rig.Stats.PublicFiles);
        await uploads.DisposeAsync();

        Assert.Empty(rig.Emulator.Store.Files);
        Assert.Empty(uploads.NotDeleted);
        Assert.Empty(Directory.GetFiles(rig.Markers));
    }

    [Fact]
    public async Task Deck_EndsCanceled_ItsImagesAreDeletedAllTheSame()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();
        var user = new object();
        var image = rig.Image("a.png", 1);
        using var stop = new CancellationTokenSource();

        // The lease is what tells an item's calls from others.
        await foreach (var result in Batch.RunAsync<string, int>(
            [image],
            async lease =>
            {
                var deck = new DeckCalls(lease, stop.Token);
                await uploads.GetUrlAsync(lease.Input, user, deck);
                await stop.CancelAsync();
                await uploads.ReleaseAsync(user, deck);
                return 0;
            },
            new BatchOptions { ThrottleOptions = new ThrottleOptions { CallRates = GoogleLimit.CallRates } },
            cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal(ItemStatus.Succeeded, result.Status);
        }

        Assert.Empty(rig.Emulator.Store.Files);
    }

    [Fact]
    public async Task Image_IsUsedAgainAfterItsDeletion_IsUploadedAgain()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();
        var (first, second) = (new object(), new object());
        var image = rig.Image("a.png", 1);
        var before = await uploads.GetUrlAsync(image, first, GoogleRig.Deck());
        await uploads.ReleaseAsync(first, GoogleRig.Deck());

        var after = await uploads.GetUrlAsync(image, second, GoogleRig.Deck());

        Assert.NotEqual(before, after);
        Assert.Single(rig.Stats.PublicFiles);
    }

    [Fact]
    public async Task Upload_IsAmbiguousAtTheEnd_IsLookedForAndDeleted()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Create, FaultKind.DropAfter)] });
        var uploads = rig.Uploads();
        await Assert.ThrowsAsync<GoogleCallException>(() => uploads.GetUrlAsync(rig.Image("a.png", 1), new object(), GoogleRig.Deck()));
        Assert.Single(rig.Emulator.Store.Files);

        await uploads.DisposeAsync();

        Assert.Empty(rig.Emulator.Store.Files);
    }

    [Fact]
    public async Task Deletion_FailsAtTheDecksEnd_IsMadeUpForAtTheRuns()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Delete, FaultKind.Status503)] });
        var uploads = rig.Uploads();
        var user = new object();
        await uploads.GetUrlAsync(rig.Image("a.png", 1), user, GoogleRig.Deck());

        await uploads.ReleaseAsync(user, GoogleRig.Deck());
        Assert.Single(uploads.NotDeleted);
        await uploads.DisposeAsync();

        Assert.Empty(rig.Emulator.Store.Files);
        Assert.Empty(uploads.NotDeleted);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    public async Task Deletion_AtTheRunsEnd_IsRepeatedThreeTimes(int failures, int left)
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Delete, FaultKind.Status503, Times: failures)] });
        var uploads = rig.Uploads();
        await uploads.GetUrlAsync(rig.Image("a.png", 1), null, GoogleRig.Deck());

        await uploads.DisposeAsync();

        Assert.Equal(left, rig.Stats.PublicFiles.Count);
        Assert.Equal(left, uploads.NotDeleted.Count);
    }

    [Fact]
    public async Task Deletion_NeverAnswers_EndsInTime()
    {
        await using var rig = await GoogleRig.StartAsync(new() { FaultRules = [new FaultRule(Delete, FaultKind.Stall)] });
        var uploads = rig.Uploads(options: new() { CleanupTimeout = TimeSpan.FromMilliseconds(200) });
        await uploads.GetUrlAsync(rig.Image("a.png", 1), null, GoogleRig.Deck());

        await uploads.DisposeAsync();

        Assert.Single(uploads.NotDeleted);
        await using var next = rig.Uploads();
        Assert.Equal(1, await next.SweepAsync(GoogleRig.Deck()));
        Assert.Empty(rig.Emulator.Store.Files);
    }

    [Fact]
    public async Task Run_HasEnded_NothingBecomesPublicAnyMore()
    {
        await using var rig = await GoogleRig.StartAsync(new() { WriteLatency = TimeSpan.FromMilliseconds(200) });
        var uploads = rig.Uploads();
        var late = uploads.GetUrlAsync(rig.Image("a.png", 1), new object(), GoogleRig.Deck());
        SpinWait.SpinUntil(() => rig.Stats.Of(Create).Calls == 1 || late.IsCompleted);

        await uploads.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => uploads.GetUrlAsync(rig.Image("a.png", 1), null, GoogleRig.Deck()));
        Assert.Equal(0, rig.Stats.Of(Share).Calls);
        Assert.Empty(rig.Emulator.Store.Files);
    }

    [Fact]
    public async Task KeepUploads_LeavesThemAndTheSweepDoesToo()
    {
        await using var rig = await GoogleRig.StartAsync();
        var uploads = rig.Uploads(options: new() { KeepUploads = true });
        var user = new object();
        await uploads.GetUrlAsync(rig.Image("a.png", 1), user, GoogleRig.Deck());
        await uploads.ReleaseAsync(user, GoogleRig.Deck());
        await uploads.DisposeAsync();
        await using var next = rig.Uploads(options: new() { StaleAfter = TimeSpan.FromSeconds(-1) });

        Assert.Equal(0, await next.SweepAsync(GoogleRig.Deck()));

        Assert.Single(rig.Stats.PublicFiles);
    }

    [Fact]
    public async Task Sweep_DeletesWhatDeadRunsLeftAndNothingElse()
    {
        await using var rig = await GoogleRig.StartAsync();
        var dead = Guid.NewGuid();
        await using var alive = rig.Uploads();
        await using var next = rig.Uploads();
        await alive.GetUrlAsync(rig.Image("alive.png", 1), null, GoogleRig.Deck());
        await next.GetUrlAsync(rig.Image("own.png", 2), null, GoogleRig.Deck());

        // A killed run's marker is there, and nobody holds it.
        await File.WriteAllTextAsync(Path.Combine(rig.Markers, $"{dead:N}.run"), "", TestContext.Current.CancellationToken);
        var left = Left(dead, age: TimeSpan.Zero);
        var elsewhere = Left(Guid.NewGuid(), age: TimeSpan.FromHours(23));
        var longAgo = Left(Guid.NewGuid(), age: TimeSpan.FromHours(25));
        var ofAnother = Left(Guid.NewGuid(), age: TimeSpan.FromHours(25));
        rig.Emulator.Store.Change(ofAnother, static file => file with { Right = FileRight.Read });
        var evenLonger = Left(Guid.NewGuid(), age: TimeSpan.FromHours(26));
        var others = rig.Emulator.Store.AddFile("holiday.png", "image/png", new byte[1]).Id;

        Assert.Equal(3, await next.SweepAsync(GoogleRig.Deck()));

        Assert.Null(rig.Emulator.Store.FindFile(left));
        Assert.Null(rig.Emulator.Store.FindFile(evenLonger));
        Assert.NotNull(rig.Emulator.Store.FindFile(ofAnother));
        Assert.Null(rig.Emulator.Store.FindFile(longAgo));
        Assert.NotNull(rig.Emulator.Store.FindFile(elsewhere));
        Assert.NotNull(rig.Emulator.Store.FindFile(others));
        Assert.Equal(2, rig.Stats.PublicFiles.Count);

        string Left(Guid run, TimeSpan age) => rig.Emulator.Store.AddFile("BatchOps image", "image/png", new byte[1], file => file with
        {
            Created = file.Created - age,
            AppProperties = new Dictionary<string, string> { ["batchops-temporary"] = "image", ["batchops-upload"] = run.ToString("N") },
        }).Id;
    }

    [Fact]
    public async Task Organisation_ForbidsPublicFiles_SaysTheAlternativeAndUploadsNoMore()
    {
        await using var rig = await GoogleRig.StartAsync(new() { PublishOutNotPermitted = true });
        var uploads = rig.Uploads();
        var first = await Assert.ThrowsAsync<GoogleCallException>(() => uploads.GetUrlAsync(rig.Image("a.png", 1), null, GoogleRig.Deck()));

        var second = await Assert.ThrowsAsync<GoogleCallException>(() => uploads.GetUrlAsync(rig.Image("b.png", 2), null, GoogleRig.Deck()));

        Assert.Contains("http(s) addresses", first.Message, StringComparison.Ordinal);
        Assert.Equal(first.Message, second.Message);
        Assert.Equal(OutcomeClass.ItemFault, OutcomeClassifier.Classify(second).Class);
        Assert.Equal(1, rig.Stats.Of(Create).Calls);
        await uploads.DisposeAsync();
        Assert.Empty(rig.Emulator.Store.Files);
    }

    [Fact]
    public async Task Image_IsBeyondWhatSlidesTakes_IsNotUploaded()
    {
        await using var rig = await GoogleRig.StartAsync();
        await using var uploads = rig.Uploads();

        var failure = await Assert.ThrowsAsync<DeckException>(() => uploads.GetUrlAsync(rig.Write("vast.jpg", Pictures.Jpeg(5001, 5000)), null, GoogleRig.Deck()));

        Assert.Equal(DeckFault.ImageTooLarge, failure.Fault);
        Assert.Equal(0, rig.Stats.Requests);
    }

    [Fact]
    public async Task Decks_OfABatchUnderFaults_AreCopiedOnceAndLeaveNothingPublic()
    {
        await using var rig = await GoogleRig.StartAsync(
            new()
            {
                Seed = 7,
                FaultRates = new Dictionary<FaultKind, double>
                {
                    [FaultKind.DropBefore] = 0.05, [FaultKind.DropAfter] = 0.1, [FaultKind.Status503] = 0.05, [FaultKind.Status503After] = 0.05, [FaultKind.Html502] = 0.05,
                },
            });
        rig.Emulator.Store.AddPresentation("template", "Template");
        var uploads = rig.Uploads();
        var logo = rig.Image("logo.png", 1);
        var decks = Enumerable.Range(0, 40).Select(at => (Stamp: $"item-{at}", Image: rig.Image($"{at}.png", (byte)(2 + (at / 2))))).ToList();
        var ends = new List<ItemStatus>();

        await foreach (var result in Batch.RunAsync<(string Stamp, string Image), string>(
            decks,
            async lease =>
            {
                var deck = new DeckCalls(lease, lease.CancellationToken);
                var id = await rig.Files.CopyAsync("template", lease.Input.Stamp, null, lease.Input.Stamp, lookFirst: lease.Attempt > 1, deck);
                await uploads.GetUrlAsync(logo, null, deck);
                await uploads.GetUrlAsync(lease.Input.Image, lease, deck);
                await uploads.ReleaseAsync(lease, deck);
                return id;
            },
            new BatchOptions
            {
                ThrottleLimit = 8,
                Retry = new RetryOptions { Count = 30, Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero },
                ThrottleOptions = new ThrottleOptions { CallRates = new Dictionary<string, RateLimit>(StringComparer.Ordinal) { [GoogleLimit.Drive.Name] = new(1e9, TimeSpan.FromSeconds(1)) } },
            },
            cancellationToken: TestContext.Current.CancellationToken))
        {
            ends.Add(result.Status);
        }

        await uploads.DisposeAsync();
        await SweepAsync(rig);

        Assert.Equal(40, ends.Count(static end => end == ItemStatus.Succeeded));
        Assert.Equal(40, rig.Stats.Copies.Count(static copy => copy.Key.StartsWith("batchops-item=", StringComparison.Ordinal)));
        Assert.All(rig.Stats.Copies.Values, static count => Assert.Equal(1, count));
        Assert.Empty(rig.Stats.PublicFiles);
        Assert.Equal(41, rig.Emulator.Store.Files.Count);
        Assert.Equal(1, rig.Stats.Uploads[Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(logo, TestContext.Current.CancellationToken)))]);
    }

    /// <summary>What the next runs do at their start, until the service lets one of them.</summary>
    private static async Task SweepAsync(GoogleRig rig)
    {
        for (var tries = 0; tries < 20; tries++)
        {
            await using var next = rig.Uploads();
            try
            {
                await next.SweepAsync(GoogleRig.Deck());
                return;
            }
            catch (GoogleCallException failure) when (OutcomeClassifier.Classify(failure).Class == OutcomeClass.Transient)
            {
            }
        }
    }

    /// <summary>A small picture with so much behind its end that the file has this size.</summary>
    private static byte[] Large(int size)
    {
        var picture = Pictures.Png(4, 4);
        var file = new byte[Math.Max(size, picture.Length)];
        picture.CopyTo(file, 0);
        return file;
    }
}
