namespace BatchOps.Slides.Opc;

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

    private const string Prefix = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

    public static string Uri(string kind) => Prefix + kind;

    /// <summary>
    /// Whether a part that is copied takes its own copy of what it leads to. What is named here is shared instead: it is
    /// the deck's, or is never changed by what fills a slide.
    /// </summary>
    public static bool IsOwned(string kind) => kind is not (Slide or SlideLayout or SlideMaster or NotesMaster or "handoutMaster" or Theme or Image
        or "media" or "audio" or "video" or "hyperlink" or "font" or "hdphoto" or "model3d" or "presProps" or "viewProps" or "tableStyles" or "commentAuthors" or "person");
}
