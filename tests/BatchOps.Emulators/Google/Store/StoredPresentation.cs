using System.Globalization;

namespace BatchOps.Emulators.Google;

/// <summary>A presentation, to be built, looked at and changed. It starts with a master, a layout and the master of the notes.</summary>
public sealed class StoredPresentation
{
    private int _named;

    internal StoredPresentation(string id, string title)
    {
        Id = id;
        Title = title;
        NotesMaster = new StoredPage(this, "notes_master", PageType.NotesMaster);
        AddMaster("master_1", "Simple Light");
        AddLayout("layout_1", "Title and body");
    }

    private StoredPresentation(StoredPresentation source, string id, string title)
    {
        Id = id;
        Title = title;
        RevisionId = source.RevisionId;
        _named = source._named;
        NotesMaster = source.NotesMaster.Clone(this);
        Masters = source.Masters.ConvertAll(page => page.Clone(this));
        Layouts = source.Layouts.ConvertAll(page => page.Clone(this));
        Slides = source.Slides.ConvertAll(page => page.Clone(this));
    }

    public string Id { get; }

    public string Title { get; set; }

    /// <summary>Another one after each change; empty until it is stored.</summary>
    public string RevisionId { get; internal set; } = "";

    public List<StoredPage> Slides { get; } = [];

    public List<StoredPage> Layouts { get; } = [];

    public List<StoredPage> Masters { get; } = [];

    public StoredPage NotesMaster { get; }

    /// <summary>All pages, those of the notes included.</summary>
    public IEnumerable<StoredPage> Pages =>
        Masters.Concat(Layouts).Concat(Slides.SelectMany(static slide => slide.Notes is { } notes ? [slide, notes] : new[] { slide })).Append(NotesMaster);

    public StoredPage AddMaster(string? id, string displayName) => Add(Masters, new(this, Name(id), PageType.Master) { DisplayName = displayName });

    /// <summary>A layout of the first master.</summary>
    public StoredPage AddLayout(string? id, string displayName) =>
        Add(Layouts, new(this, Name(id), PageType.Layout) { DisplayName = displayName, MasterId = Masters[0].Id });

    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="layoutId">The first layout when it is null.</param>
    public StoredPage AddSlide(string? id = null, string? layoutId = null) => Add(Slides, NewSlide(Name(id), layoutId ?? Layouts[0].Id));

    /// <exception cref="InvalidOperationException">There is no such page.</exception>
    public StoredPage Page(string id) => Pages.First(page => page.Id == id);

    /// <summary>The element of any page.</summary>
    /// <exception cref="InvalidOperationException">There is no such element.</exception>
    public StoredElement Element(string id) => Pages.SelectMany(static page => page.AllElements).First(element => element.Id == id);

    internal StoredPage NewSlide(string id, string layoutId) => new(this, id, PageType.Slide)
    {
        LayoutId = layoutId,
        MasterId = Layouts.Find(layout => layout.Id == layoutId)?.MasterId,
        Notes = new StoredPage(this, Name(null), PageType.Notes) { SpeakerNotesId = Name(null) },
    };

    internal bool Has(string id) => Pages.Any(page => page.Id == id || page.AllElements.Any(element => element.Id == id));

    /// <summary>The id, or a new one.</summary>
    internal string Name(string? id) => id ?? string.Create(CultureInfo.InvariantCulture, $"gobj_{++_named}");

    internal StoredPresentation Clone() => new(this, Id, Title);

    internal StoredPresentation CopyAs(string id, string title) => new(this, id, title);

    private static StoredPage Add(List<StoredPage> pages, StoredPage page)
    {
        pages.Add(page);
        return page;
    }
}
