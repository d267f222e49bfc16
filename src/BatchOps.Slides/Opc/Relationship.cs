namespace BatchOps.Slides.Opc;

/// <summary>A part's reference to another part, or to something outside.</summary>
/// <param name="Id">What the part's content calls it.</param>
/// <param name="Type">A URI; <see cref="Kind"/> is its last segment.</param>
/// <param name="Target">The target as written.</param>
/// <param name="Part">Name of the part it leads to; null when it leads outside or is not well-formed.</param>
internal sealed record Relationship(string Id, string Type, string Target, string? Part)
{
    public string Kind { get; } = Type[(Type.LastIndexOf('/') + 1)..];

    public bool IsExternal { get; init; }
}

/// <summary>Kinds of relationships: the last segment of their type.</summary>
internal static class RelationshipKind
{
    public const string OfficeDocument = "officeDocument";
    public const string Slide = "slide";
    public const string SlideLayout = "slideLayout";
    public const string SlideMaster = "slideMaster";
    public const string NotesSlide = "notesSlide";
    public const string NotesMaster = "notesMaster";
    public const string Theme = "theme";
    public const string Image = "image";
    public const string Package = "package";
    public const string Chart = "chart";
    public const string ChartEx = "chartEx";

    private const string Prefix = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

    public static string Uri(string kind) => Prefix + kind;

    /// <summary>
    /// Whether a part that is copied takes its own copy of what it leads to. What is named here is shared instead: it is
    /// the deck's, or is never changed by what fills a slide.
    /// </summary>
    public static bool IsOwned(string kind) => kind is not (Slide or SlideLayout or SlideMaster or NotesMaster or "handoutMaster" or Theme or Image
        or "media" or "audio" or "video" or "hyperlink" or "font" or "hdphoto" or "model3d" or "presProps" or "viewProps" or "tableStyles" or "commentAuthors" or "person");
}
