using System.Globalization;

namespace BatchOps.Slides.Pptx;

/// <summary>Keeps what describes a deck true to it.</summary>
internal static class DeckProperties
{
    public static void Update(DeckPackage package, int slides, string path)
    {
        // A picture of the template's first slide, and a signature that no longer holds.
        foreach (var link in package.PackageRoot.Relationships.Where(link => link.Kind == "thumbnail" || link.Type.EndsWith("/digital-signature/origin", StringComparison.Ordinal)).ToList())
        {
            package.PackageRoot.Unrelate(link.Id);
            package.Collect();
        }

        // A template or a show becomes a presentation when that is what its new extension says.
        if (path.EndsWith(".pptx", StringComparison.OrdinalIgnoreCase) && package.Presentation.ContentType != PartTypes.Presentation)
        {
            package.Presentation.ContentType = PartTypes.Presentation;
            package.Types.Add(package.Presentation.Name, PartTypes.Presentation);
        }

        if (slides == package.Template.SlideCount)
        {
            return;
        }

        var app = package.Find(package.PackageRoot.Relationships.FirstOrDefault(link => link.Kind == "extended-properties")?.Part);
        if (app is null)
        {
            return;
        }

        var root = app.Document.Root!;
        app.IsChanged = true;
        root.Element(Ns.ExtendedProperties + "Slides")?.SetValue(slides.ToString(CultureInfo.InvariantCulture));

        // The titles of slides that are gone or new; PowerPoint lists them again when it saves.
        root.Element(Ns.ExtendedProperties + "HeadingPairs")?.Remove();
        root.Element(Ns.ExtendedProperties + "TitlesOfParts")?.Remove();
    }
}
