using BatchOps.Emulators.Google;
using BatchOps.Engine;
using BatchOps.Slides.Google;

namespace BatchOps.Slides.Tests.Google;

public sealed class DriveFilesTests
{
    [Theory]
    [InlineData(FaultKind.DropAfter)]
    [InlineData(FaultKind.Status503After)]
    [InlineData(FaultKind.StallAfter)]
    public async Task Copy_WasMadeButNotAnswered_IsFoundAndNotMadeAgain(FaultKind fault)
    {
        await using var rig = await GoogleRig.StartAsync(
            new() { FaultRules = [new FaultRule("drive.files.copy", fault)] },
            new() { Timeout = fault == FaultKind.StallAfter ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(30) });
        rig.Emulator.Store.AddPresentation("template", "Template");

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => rig.Files.CopyAsync("template", "Copy", null, "item-1", lookFirst: false, GoogleRig.Deck()));
        Assert.True(GoogleCallException.MayHaveBeenApplied(failure));
        var id = await rig.Files.CopyAsync("template", "Copy", null, "item-1", lookFirst: true, GoogleRig.Deck());

        Assert.Equal(1, rig.Stats.Copies["batchops-item=item-1"]);
        Assert.Equal("Copy", rig.Emulator.Store.FindFile(id)?.Name);
        Assert.Equal(2, rig.Emulator.Store.Files.Count);
    }

    [Fact]
    public async Task Copy_IsLookedForInVain_IsMade()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("template", "Template");
        var other = await rig.Files.CopyAsync("template", "Other", null, "it's \\ another", lookFirst: true, GoogleRig.Deck());

        var id = await rig.Files.CopyAsync("template", "Copy", null, "item-1", lookFirst: true, GoogleRig.Deck());

        Assert.NotEqual(other, id);
        Assert.Equal(other, await rig.Files.CopyAsync("template", "Other", null, "it's \\ another", lookFirst: true, GoogleRig.Deck()));
    }

    [Fact]
    public async Task Copy_InASharedDrive_IsMadeFoundAndDeletedThere()
    {
        await using var rig = await GoogleRig.StartAsync(new() { NoStorage = true, SharedDriveFolders = ["shared-folder"] });
        rig.Emulator.Store.AddPresentation("template", "Template");

        var id = await rig.Files.CopyAsync("template", "Copy", "shared-folder", "item-1", lookFirst: false, GoogleRig.Deck());

        Assert.Equal(["shared-folder"], (await rig.Files.GetAsync(id, GoogleRig.Deck())).Parents);
        Assert.Equal(id, await rig.Files.CopyAsync("template", "Copy", "shared-folder", "item-1", lookFirst: true, GoogleRig.Deck()));
        await rig.Files.DeleteAsync(id, GoogleRig.Deck());
        Assert.Null(rig.Emulator.Store.FindFile(id));
    }

    [Fact]
    public async Task Copy_OfAnAccountWithoutStorage_SaysWhatToDo()
    {
        await using var rig = await GoogleRig.StartAsync(new() { NoStorage = true });
        rig.Emulator.Store.AddPresentation("template", "Template");

        var failure = await Assert.ThrowsAsync<GoogleCallException>(() => rig.Files.CopyAsync("template", "Copy", null, "item-1", lookFirst: false, GoogleRig.Deck()));

        Assert.Equal("storageQuotaExceeded", failure.Reason);
        Assert.Equal(OutcomeClass.ItemFault, OutcomeClassifier.Classify(failure).Class);
        Assert.Contains("shared drive", failure.Message, StringComparison.Ordinal);
        Assert.Contains("subject", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_OfAFileThatIsGone_IsDone()
    {
        await using var rig = await GoogleRig.StartAsync();

        await rig.Files.DeleteAsync("gone", GoogleRig.Deck());

        Assert.Equal(1, rig.Stats.Of("drive.files.delete").Calls);
    }

    [Fact]
    public async Task Template_IsOfAnotherKindOrInTheBin_IsRefused()
    {
        await using var rig = await GoogleRig.StartAsync();
        rig.Emulator.Store.AddPresentation("good", "Good");
        rig.Emulator.Store.AddPresentation("binned", "Binned");
        rig.Emulator.Store.Change("binned", static file => file with { Trashed = true });
        var pptx = rig.Emulator.Store.AddFile("old.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", new byte[1]).Id;

        Assert.Equal("Good", (await rig.Files.GetPresentationAsync("good", GoogleRig.Deck())).Name);
        Assert.Equal(DeckFault.TemplateNotFound, (await Assert.ThrowsAsync<DeckException>(() => rig.Files.GetPresentationAsync("binned", GoogleRig.Deck()))).Fault);
        Assert.Equal(DeckFault.NotAPresentation, (await Assert.ThrowsAsync<DeckException>(() => rig.Files.GetPresentationAsync(pptx, GoogleRig.Deck()))).Fault);
    }
}
