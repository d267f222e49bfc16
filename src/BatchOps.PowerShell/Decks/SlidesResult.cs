using System.Management.Automation;
using BatchOps.Engine;
using BatchOps.Slides;

namespace BatchOps.PowerShell.Decks;

/// <summary>Decks and their slides as the pipeline gets them.</summary>
/// <remarks>Custom objects, not a class of ours: a journal gives them back as they were, and exports show their properties.</remarks>
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
        var deck = New(TypeName);
        Add(deck, "Record", record);
        Add(deck, "Presentation", item?.Name);
        Add(deck, "PresentationId", result.PresentationId);
        Add(deck, "Path", result.Path);
        Add(deck, "BackupPath", result.BackupPath);
        Add(deck, "Url", result.Url);
        Add(deck, "Slides", result.Slides.Count);
        Add(deck, "TextReplaced", result.TextReplaced);
        Add(deck, "ImagesReplaced", result.ImagesReplaced);
        Add(deck, "NotesReplaced", result.NotesReplaced);
        Add(deck, "Unresolved", result.Unresolved.Select(Of).ToArray());
        Add(deck, "Calls", result.Calls);
        Add(deck, "Retries", result.Retries);
        Add(deck, "Phases", result.Phases.Select(Of).ToArray());
        Add(deck, "SlideResults", result.Slides.Select(slide => Of(slide, item?.Name, result)).ToArray());
        Add(deck, "Status", ItemStatus.Succeeded);
        Add(deck, "Error", null);
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
        var result = New(SlideTypeName);
        Add(result, "Presentation", presentation);
        Add(result, "Path", deck.Path);
        Add(result, "Url", deck.Url);
        Add(result, "Slide", slide.Number);
        Add(result, "TemplateSlide", slide.TemplateNumber);
        Add(result, "TextReplaced", slide.TextReplaced);
        Add(result, "ImagesReplaced", slide.ImagesReplaced);
        Add(result, "NotesReplaced", slide.NotesReplaced);
        Add(result, "Unresolved", slide.Unresolved.Select(Of).ToArray());
        Add(result, "Status", slide.Error is null ? ItemStatus.Succeeded : ItemStatus.Failed);
        Add(result, "Error", slide.Error);
        return result;
    }

    private static PSObject Of(UnresolvedToken token)
    {
        var result = New(TokenTypeName);
        Add(result, "Token", token.Token);
        Add(result, "Slide", token.Slide);
        Add(result, "Shape", token.Shape);
        Add(result, "Part", token.Part);
        Add(result, "Reason", token.Reason);
        return result;
    }

    private static PSObject Of(DeckPhase phase)
    {
        var result = New(StepTypeName);
        Add(result, "Phase", phase.Step.ToString());
        Add(result, "Duration", phase.Duration);
        Add(result, "Count", phase.Count);
        return result;
    }

    private static PSObject New(string typeName)
    {
        var result = new PSObject();
        result.TypeNames.Insert(0, typeName);
        return result;
    }

    private static void Add(PSObject target, string name, object? value) => target.Properties.Add(new PSNoteProperty(name, value));
}
