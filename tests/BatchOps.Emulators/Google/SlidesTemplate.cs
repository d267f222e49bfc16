using System.Globalization;

namespace BatchOps.Emulators.Google;

/// <summary>A template of many slides that are alike: each with a text over two runs, a shape for one of three images, and notes.</summary>
public static class SlidesTemplate
{
    /// <summary>The id of the presentation.</summary>
    public const string Id = "slides-template";

    // As a report has logos and charts: some for each slide, none of them once only.
    private const int Images = 3;

    public static void AddTo(GoogleStore store, int slides) => store.AddPresentation(Id, "Slides of {{customer}}", deck =>
    {
        for (var number = 1; number <= slides; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"slide_{number}");
            var slide = deck.AddSlide(id);
            slide.AddShape($"{id}_title", "TEXT_BOX", "TITLE", "{{customer}} on slide {{", new TextRun("quarter}}", Bold: true));
            slide.AddShape($"{id}_body", "{{body}}");
            slide.AddShape($"{id}_image", "RECTANGLE", null, string.Create(CultureInfo.InvariantCulture, $"{{{{image{number % Images}}}}}"));
            slide.SetNotes("Notes");
        }
    });
}
