namespace BatchOps.Slides.Pptx;

/// <summary>Media types of parts.</summary>
internal static class PartTypes
{
    public const string Slide = Prefix + "presentationml.slide+xml";
    public const string NotesSlide = Prefix + "presentationml.notesSlide+xml";
    public const string NotesMaster = Prefix + "presentationml.notesMaster+xml";
    public const string Presentation = Prefix + "presentationml.presentation.main+xml";

    private const string Prefix = "application/vnd.openxmlformats-officedocument.";

    private static readonly HashSet<string> Fillable = new(StringComparer.OrdinalIgnoreCase)
    {
        Prefix + "presentationml.slideLayout+xml",
        Prefix + "presentationml.slideMaster+xml",
        NotesMaster,
        Prefix + "presentationml.handoutMaster+xml",
        Prefix + "presentationml.comments+xml",
        "application/vnd.ms-powerpoint.comments+xml",
        Prefix + "drawingml.chart+xml",
        Prefix + "drawingml.chartshapes+xml",
        "application/vnd.ms-office.chartex+xml",
        Prefix + "drawingml.diagramData+xml",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
        Prefix + "extended-properties+xml",
        Prefix + "custom-properties+xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
    };

    /// <summary>Whether a media type is a presentation's that can be filled: a deck, a template or a show.</summary>
    public static bool IsPresentation(string type) => type is Presentation or Prefix + "presentationml.template.main+xml" or Prefix + "presentationml.slideshow.main+xml";

    public static PartKind Kind(string type, string name) => type switch
    {
        Slide => PartKind.Slide,
        NotesSlide => PartKind.Notes,
        _ when IsPresentation(type) => PartKind.Presentation,
        _ when Fillable.Contains(type) => PartKind.Fillable,
        _ when type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase) && !type.Contains("svg", StringComparison.OrdinalIgnoreCase) || type.EndsWith("/xml", StringComparison.OrdinalIgnoreCase) => PartKind.OtherXml,
        _ when name.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase) || type.Contains("oleObject", StringComparison.OrdinalIgnoreCase) => PartKind.Embedded,
        _ => PartKind.Binary,
    };
}
