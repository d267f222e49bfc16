using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>A slide, a layout, a master or a page of notes. What is added lies over what was there.</summary>
public sealed class StoredPage
{
    private readonly StoredPresentation _presentation;

    internal StoredPage(StoredPresentation presentation, string id, PageType type)
    {
        _presentation = presentation;
        Id = id;
        Type = type;
    }

    public string Id { get; }

    public PageType Type { get; }

    public List<StoredElement> Elements { get; private init; } = [];

    /// <summary>Of a layout or a master.</summary>
    public string? DisplayName { get; internal init; }

    /// <summary>The layout of a slide.</summary>
    public string? LayoutId { get; internal init; }

    /// <summary>The master of a slide or a layout.</summary>
    public string? MasterId { get; internal init; }

    public bool IsSkipped { get; set; }

    /// <summary>The notes of a slide; every slide has the page, but not its shape.</summary>
    public StoredPage? Notes { get; internal init; }

    /// <summary>On a page of notes: the id of the shape with the speaker notes, which need not exist.</summary>
    public string? SpeakerNotesId { get; internal set; }

    /// <summary>The elements with all that is in groups.</summary>
    public IEnumerable<StoredElement> AllElements => Elements.SelectMany(static element => element.Tree);

    /// <summary>All texts on it, one a line, in the order of the elements; its notes are not among them.</summary>
    public string Text => string.Join('\n', Elements.SelectMany(static element => element.Texts).Select(static body => body.Text));

    /// <summary>The text of the speaker notes of a slide; null when their shape does not exist.</summary>
    public string? NotesText => Notes?.Elements.Find(element => element.Id == Notes.SpeakerNotesId) is { } shape ? shape.Text?.Text ?? "" : null;

    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="runs">Its text; none is a shape that never had any.</param>
    public StoredElement AddShape(string? id, params IReadOnlyList<TextRun> runs) => AddShape(id, "TEXT_BOX", null, runs);

    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="type">As the service names it, such as <c>RECTANGLE</c>.</param>
    /// <param name="placeholder">The kind of placeholder it is, such as <c>TITLE</c>; null when it is none.</param>
    /// <param name="runs">Its text; none is a shape that never had any.</param>
    public StoredElement AddShape(string? id, string type, string? placeholder, params IReadOnlyList<TextRun> runs) =>
        Add(new(_presentation.Name(id)) { ShapeType = type, Placeholder = placeholder, Text = runs.Count == 0 ? null : new TextBody(runs) });

    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="rows">The texts of its cells; all rows are equally long.</param>
    public StoredElement AddTable(string? id, params IReadOnlyList<IReadOnlyList<string>> rows) =>
        Add(new(_presentation.Name(id)) { Cells = [.. rows.Select(static row => row.Select(static cell => new TextBody(cell)).ToArray())] });

    /// <summary>Makes a group of elements that are on the page.</summary>
    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="children">Two or more; groups nest.</param>
    public StoredElement AddGroup(string? id, params IReadOnlyList<StoredElement> children)
    {
        Elements.RemoveAll(children.Contains);
        return Add(new(_presentation.Name(id)) { Children = [.. children] });
    }

    /// <param name="id">Its id; a new one when it is null.</param>
    /// <param name="image">What it shows.</param>
    public StoredElement AddImage(string? id, StoredImage image) => Add(new(_presentation.Name(id)) { Image = image });

    /// <summary>Something else, such as word art: <c>AddOther(null, "wordArt", new JsonObject { ["renderedText"] = "{{x}}" })</c>.</summary>
    public StoredElement AddOther(string? id, string field, JsonObject value) => Add(new(_presentation.Name(id)) { Other = (field, value) });

    /// <summary>Writes the speaker notes of a slide, as someone does who types them.</summary>
    public void SetNotes(params IReadOnlyList<TextRun> runs)
    {
        if (Notes is not { } notes)
        {
            throw new InvalidOperationException($"The page {Id} is no slide: it has no notes.");
        }

        notes.Elements.RemoveAll(element => element.Id == notes.SpeakerNotesId);
        notes.Elements.Add(new StoredElement(notes.SpeakerNotesId!) { ShapeType = "TEXT_BOX", Placeholder = "BODY", Text = new TextBody(runs) });
    }

    internal StoredPage Clone(StoredPresentation into, Func<string, string>? newId = null) => new(into, newId?.Invoke(Id) ?? Id, Type)
    {
        Elements = Elements.ConvertAll(element => element.Clone(newId)),
        DisplayName = DisplayName,
        LayoutId = LayoutId,
        MasterId = MasterId,
        IsSkipped = IsSkipped,
        Notes = Notes?.Clone(into, newId),
        SpeakerNotesId = SpeakerNotesId is null ? null : newId?.Invoke(SpeakerNotesId) ?? SpeakerNotesId,
    };

    private StoredElement Add(StoredElement element)
    {
        Elements.Add(element);
        return element;
    }
}
