using BatchOps.Emulators.Google;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google.Presentations;

public sealed class DeckFaultTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UnknownId_OfATemplateOrDeck_IsToldWithTheId(bool isCopy)
    {
        await using var bench = await DeckBench.StartAsync();

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(isCopy ? bench.Copy(new { a = 1 }) : DeckBench.InPlace(new { a = 1 })));

        Assert.Equal(DeckFault.PresentationNotFound, failure.Fault);
        Assert.Contains(DeckBench.TemplateId, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FileRight.Read)]
    [InlineData(FileRight.None)]
    public async Task NoPermission_ToWriteOrRead_IsTold(FileRight right)
    {
        await using var bench = await DeckBench.WithAsync(deck => deck.AddSlide("slide_1").AddShape("shape_1", "{{a}}"));
        bench.Emulator.Store.Change(DeckBench.TemplateId, file => file with { Right = right });

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(DeckBench.InPlace(new { a = 1 })));

        Assert.True(failure.Fault is DeckFault.AccessDenied or DeckFault.PresentationNotFound);
    }

    [Fact]
    public async Task Token_ThatHasExpired_IsTold()
    {
        await using var bench = await DeckBench.StartAsync(new GoogleEmulatorOptions { AccessTokens = [new AccessToken("token", "user", DateTimeOffset.UnixEpoch)] });

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(new { a = 1 }));

        Assert.Equal(DeckFault.TokenExpired, failure.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_ThatIsNoPresentation_IsToldByItsKind(bool isCopy)
    {
        await using var bench = await DeckBench.StartAsync();
        bench.Emulator.Store.AddFile("report.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", new byte[] { 1 }, file => file with { Id = DeckBench.TemplateId });

        var failure = await Assert.ThrowsAsync<DeckException>(() => bench.FillAsync(isCopy ? bench.Copy(new { a = 1 }) : DeckBench.InPlace(new { a = 1 })));

        Assert.Equal(DeckFault.NotAPresentation, failure.Fault);
        Assert.Single(bench.Emulator.Store.Files);
    }

    [Fact]
    public void Name_WithATokenWithoutValue_IsRefused()
    {
        var failure = Assert.Throws<DeckException>(() => GoogleDeck.Copy(Bench.Plan(new { a = 1 }), "id", "Deck for {{b}}", "stamp"));

        Assert.Equal(DeckFault.OutputName, failure.Fault);
    }
}
