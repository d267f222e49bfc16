using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.PowerShell.Output;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>Decks and their slides as the pipeline gets them.</summary>
internal static class SlidesResult
{
    /// <summary>Type name of a deck's object.</summary>
    public const string TypeName = "BatchOps.SlidesResult";

    /// <summary>Type name of a slide's object.</summary>
    public const string SlideTypeName = "BatchOps.SlideResult";

    private const string StepTypeName = "BatchOps.SlidesPhase";

    private const string TokenTypeName = "BatchOps.UnresolvedToken";

    /// <summary>A deck that was made, or as far as it came.</summary>
    /// <param name="item">The record with its plan; null when no plan could be made.</param>
    /// <param name="record">The record.</param>
    /// <param name="result">What was made.</param>
    public static PSObject Of(DeckItem? item, object? record, DeckResult result)
    {
        var deck = ResultObject.New(TypeName);
        deck.Add("Record", record);
        deck.Add("Presentation", item?.Name);
        deck.Add("PresentationId", result.PresentationId);
        deck.Add("Path", result.Path);
        deck.Add("BackupPath", result.BackupPath);
        deck.Add("Url", result.Url);
        deck.Add("Slides", result.Slides.Count);
        deck.Add("TextReplaced", result.TextReplaced);
        deck.Add("ImagesReplaced", result.ImagesReplaced);
        deck.Add("NotesReplaced", result.NotesReplaced);
        deck.Add("Unresolved", result.Unresolved.Select(Of).ToArray());
        deck.Add("Calls", result.Calls);
        deck.Add("Retries", result.Retries);
        deck.Add("Phases", result.Phases.Select(Of).ToArray());
        deck.Add("SlideResults", result.Slides.Select(slide => Of(slide, item?.Name, result)).ToArray());
        deck.Add("Status", ItemStatus.Succeeded);
        deck.Add("Error", null);
        return deck;
    }

    /// <summary>Says how the deck's item ended, when it did not end well.</summary>
    public static void SetOutcome(PSObject deck, ItemStatus status, ErrorRecord? error)
    {
        deck.Properties["Status"].Value = status;
        deck.Properties["Error"].Value = error;
    }

    /// <summary>The slides of a deck, each as an object of its own.</summary>
    public static IReadOnlyList<PSObject> SlidesOf(PSObject deck) =>
        ((Array)deck.Properties["SlideResults"].Value).Cast<object>().Select(PSObject.AsPSObject).ToList();

    private static PSObject Of(SlideResult slide, string? presentation, DeckResult deck)
    {
        var result = ResultObject.New(SlideTypeName);
        result.Add("Presentation", presentation);
        result.Add("Path", deck.Path);
        result.Add("Url", deck.Url);
        result.Add("Slide", slide.Number);
        result.Add("TemplateSlide", slide.TemplateNumber);
        result.Add("TextReplaced", slide.TextReplaced);
        result.Add("ImagesReplaced", slide.ImagesReplaced);
        result.Add("NotesReplaced", slide.NotesReplaced);
        result.Add("Unresolved", slide.Unresolved.Select(Of).ToArray());
        result.Add("Status", slide.Error is null ? ItemStatus.Succeeded : ItemStatus.Failed);
        result.Add("Error", slide.Error);
        return result;
    }

    private static PSObject Of(UnresolvedToken token)
    {
        var result = ResultObject.New(TokenTypeName);
        result.Add("Token", token.Token);
        result.Add("Slide", token.Slide);
        result.Add("Shape", token.Shape);
        result.Add("Part", token.Part);
        result.Add("Reason", token.Reason);
        return result;
    }

    private static PSObject Of(DeckPhase phase)
    {
        var result = ResultObject.New(StepTypeName);
        result.Add("Phase", phase.Step.ToString());
        result.Add("Duration", phase.Duration);
        result.Add("Count", phase.Count);
        return result;
    }
}
