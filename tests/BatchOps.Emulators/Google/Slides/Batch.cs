using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchOps.Emulators.Google;

/// <summary>Applies the requests of a batch, in their order, to a draft that nobody else sees: with one that fails, all is dropped.</summary>
internal sealed partial class Batch(StoredPresentation draft, ImageFetcher images, string root)
{
    private const int LeastId = 5;
    private const int MostId = 50;
    private const double EmuPerPoint = 12_700;

    /// <returns>The replies, one for each request.</returns>
    /// <exception cref="GoogleError">A request that cannot be applied, by its number.</exception>
    public async Task<JsonArray> ApplyAsync(JsonElement requests)
    {
        var replies = new JsonArray();
        var index = 0;
        foreach (var request in requests.EnumerateArray())
        {
            var kinds = request.EnumerateObject().Where(static field => field.Value.ValueKind != JsonValueKind.Null).ToArray();
            if (kinds.Length == 0)
            {
                throw GoogleError.Invalid($"Invalid requests[{index}]: No request set.");
            }

            if (kinds.Length > 1)
            {
                throw GoogleError.Invalid($"Invalid value at 'requests[{index}]' (oneof), oneof field 'kind' is already set. Cannot set '{kinds[1].Name}'");
            }

            var (kind, body) = (kinds[0].Name, kinds[0].Value);
            try
            {
                replies.Add(await ApplyAsync(kind, body));
            }
            catch (RequestProblem problem)
            {
                throw GoogleError.Invalid($"Invalid requests[{index}].{kind}: {problem.Message}");
            }

            index++;
        }

        return replies;
    }

    private static StringComparison Comparison(JsonElement criteria) =>
        criteria.TryGetProperty("matchCase", out var match) && match.ValueKind == JsonValueKind.True ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    private static JsonObject Occurrences(string kind, int count) =>
        new() { [kind] = count == 0 ? new JsonObject() : new JsonObject { ["occurrencesChanged"] = count } };

    private static (string Text, StringComparison Comparison) Criteria(JsonElement body)
    {
        var criteria = body.Object("containsText") ?? throw new RequestProblem("The containsText field is required.");
        if (criteria.TryGetProperty("searchByRegex", out var regex) && regex.ValueKind == JsonValueKind.True)
        {
            throw GoogleError.NotApplied("searchByRegex");
        }

        return criteria.Text("text") is { Length: > 0 } text ? (text, Comparison(criteria)) : throw new RequestProblem("The substring match text cannot be empty.");
    }

    private static RequestProblem NotUnique(string id) => new($"The object ID ({id}) should be unique among all pages and page elements in the presentation.");

    private static RequestProblem NoText(string id) => new($"The object ({id}) does not allow text editing.");

    private static string Required(JsonElement body, string name) =>
        body.Text(name) is { Length: > 0 } value ? value : throw new RequestProblem($"The {name} field is required.");

    /// <summary>Deletes from a list or from a group in it; a group that is left with one is one no longer.</summary>
    private static bool Delete(List<StoredElement> elements, string id)
    {
        if (elements.RemoveAll(element => element.Id == id) > 0)
        {
            return true;
        }

        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i].Children is { } children && Delete(children, id))
            {
                if (children.Count < 2)
                {
                    elements.RemoveAt(i);
                    elements.InsertRange(i, children);
                }

                return true;
            }
        }

        return false;
    }

    private async Task<JsonNode> ApplyAsync(string kind, JsonElement body)
    {
        switch (kind)
        {
            case "replaceAllText":
                return ReplaceAllText(body);
            case "replaceAllShapesWithImage":
                return await ReplaceAllShapesAsync(body);
            case "insertText":
                InsertText(body);
                break;
            case "deleteText":
                DeleteText(body);
                break;
            case "deleteObject":
                DeleteObject(Required(body, "objectId"));
                break;
            case "duplicateObject":
                return new JsonObject { [kind] = new JsonObject { ["objectId"] = Duplicate(body) } };
            case "updateSlidesPosition":
                MoveSlides(body);
                break;
            case "createSlide":
                return new JsonObject { [kind] = new JsonObject { ["objectId"] = CreateSlide(body) } };
            case "updatePageElementAltText":
                UpdateAltText(body);
                break;
            case "createImage":
                return new JsonObject { [kind] = new JsonObject { ["objectId"] = await CreateImageAsync(body) } };
            case "replaceImage":
                await ReplaceImageAsync(body);
                break;
            default:
                throw GoogleError.NotApplied($"the request {kind}");
        }

        return new JsonObject();
    }

    /// <summary>The pages of a request: those that it names, or all but the master of the notes.</summary>
    private StoredPage[] Pages(JsonElement body)
    {
        var ids = body.Texts("pageObjectIds");
        var all = draft.Pages.ToArray();
        if (ids.Count == 0)
        {
            return [.. all.Where(static page => page.Type != PageType.NotesMaster)];
        }

        return [.. ids.Distinct(StringComparer.Ordinal).Select(id => Array.Find(all, page => page.Id == id) switch
        {
            null => throw RequestProblem.NoSuchPage(id),
            { Type: PageType.NotesMaster } => throw new RequestProblem($"The page ({id}) is a notes master: the operation is not allowed on it."),
            var page => page,
        })];
    }

    private JsonObject ReplaceAllText(JsonElement body)
    {
        var (text, comparison) = Criteria(body);
        var with = body.Text("replaceText") ?? "";
        return Occurrences("replaceAllText", Pages(body).SelectMany(static page => page.Elements).SelectMany(static element => element.Texts).Sum(found => found.ReplaceAll(text, comparison, with)));
    }

    private async Task<JsonObject> ReplaceAllShapesAsync(JsonElement body)
    {
        var (text, comparison) = Criteria(body);
        var url = Required(body, "imageUrl");
        var pages = Pages(body);
        foreach (var notes in pages.Where(static page => page.Type == PageType.Notes))
        {
            if (body.Texts("pageObjectIds").Contains(notes.Id))
            {
                throw new RequestProblem($"The operation is not allowed on notes page ({notes.Id}).");
            }

            if (notes.AllElements.FirstOrDefault(IsMeant) is { } element)
            {
                throw new RequestProblem($"The operation is not allowed on notes page element {element.Id}");
            }
        }

        var lists = pages.Select(static page => page.Elements)
            .Concat(pages.SelectMany(static page => page.AllElements).Select(static element => element.Children).OfType<List<StoredElement>>()).ToArray();
        var count = 0;
        foreach (var list in lists)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (IsMeant(list[i]))
                {
                    // Once for each insertion: the service keeps no copy for the next one.
                    var shape = list[i];
                    list[i] = new StoredElement(draft.Name(null))
                    {
                        Title = shape.Title,
                        Description = shape.Description,
                        X = shape.X,
                        Y = shape.Y,
                        Width = shape.Width,
                        Height = shape.Height,
                        Image = await images.FetchAsync(url, root),
                    };
                    count++;
                }
            }
        }

        return Occurrences("replaceAllShapesWithImage", count);

        bool IsMeant(StoredElement element) => element.ShapeType is not null && element.Text?.Contains(text, comparison) == true;
    }

    private void InsertText(JsonElement body)
    {
        var text = Required(body, "text");
        var id = Required(body, "objectId");
        var notes = draft.Slides.Select(static slide => slide.Notes!).FirstOrDefault(notes => notes.SpeakerNotesId == id);
        if (notes is not null && !notes.Elements.Exists(element => element.Id == id))
        {
            // The service gives the shape that it makes another id when it likes to.
            id = draft.Name(null);
            notes.SpeakerNotesId = id;
            notes.Elements.Add(new StoredElement(id) { ShapeType = "TEXT_BOX", Placeholder = "BODY" });
        }

        var into = Editable(body, id);
        var index = body.Whole("insertionIndex");
        if (index < 0 || index > into.Length)
        {
            throw new RequestProblem($"The insertion index ({index}) should not be greater than the existing text length ({into.Length}).");
        }

        into.Insert(index, text);
    }

    private void DeleteText(JsonElement body)
    {
        var from = Editable(body, Required(body, "objectId"));
        var range = body.Object("textRange") ?? throw new RequestProblem("The textRange field is required.");
        var (start, end) = range.Text("type") switch
        {
            "ALL" => (0, from.Length),
            "FROM_START_INDEX" => (range.Whole("startIndex"), from.Length),
            "FIXED_RANGE" => (range.Whole("startIndex"), range.Whole("endIndex")),
            _ => throw new RequestProblem("The range type is required."),
        };
        if (end > from.Length)
        {
            throw new RequestProblem($"The end index ({end}) should not be greater than the existing text length ({from.Length}).");
        }

        if (start < 0 || start >= end)
        {
            throw new RequestProblem($"The startIndex {start} must be less than the endIndex {end}.");
        }

        from.Delete(start, end);
    }

    /// <summary>The text of a shape or a cell, to be changed.</summary>
    private TextBody Editable(JsonElement body, string id)
    {
        if (draft.Pages.Any(page => page.Id == id))
        {
            throw NoText(id);
        }

        var (page, element) = Find(id);
        if (page.Type == PageType.NotesMaster || (page.Type == PageType.Notes && page.SpeakerNotesId != id))
        {
            throw new RequestProblem($"The operation is not allowed on notes page element {id}");
        }

        if (body.Object("cellLocation") is { } location)
        {
            var (row, column) = (location.Whole("rowIndex"), location.Whole("columnIndex"));
            return element.Cells is not { } cells ? throw new RequestProblem($"The object ({id}) is not a table.")
                : row < 0 || row >= cells.Length || column < 0 || column >= cells[0].Length ? throw new RequestProblem($"The cell ({row}, {column}) is out of the bounds of the table ({id}).")
                : cells[row][column];
        }

        return element.ShapeType is null ? throw NoText(id) : element.Text ??= new TextBody();
    }

    private (StoredPage Page, StoredElement Element) Find(string id)
    {
        foreach (var page in draft.Pages)
        {
            if (page.AllElements.FirstOrDefault(element => element.Id == id) is { } element)
            {
                return (page, element);
            }
        }

        throw RequestProblem.NoSuchObject(id);
    }

    private void DeleteObject(string id)
    {
        if (draft.Slides.RemoveAll(slide => slide.Id == id) > 0)
        {
            return;
        }

        if (draft.Pages.Any(page => page.Id == id))
        {
            throw new RequestProblem($"The page ({id}) cannot be deleted.");
        }

        var (on, _) = Find(id);
        if (on.Type is PageType.Notes or PageType.NotesMaster)
        {
            throw new RequestProblem($"The operation is not allowed on notes page element {id}");
        }

        Delete(on.Elements, id);
    }

    private string Duplicate(JsonElement body)
    {
        var id = Required(body, "objectId");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in body.Object("objectIds")?.EnumerateObject() ?? default)
        {
            if (!draft.Has(entry.Name))
            {
                throw RequestProblem.NoSuchObject(entry.Name);
            }

            names[entry.Name] = NewId(entry.Value.GetString()!);
        }

        if (names.Values.GroupBy(static name => name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw NotUnique(twice.Key);
        }

        var slide = draft.Slides.FindIndex(slide => slide.Id == id);
        if (slide >= 0)
        {
            draft.Slides.Insert(slide + 1, draft.Slides[slide].Clone(draft, Name));
            return Name(id);
        }

        var (page, element) = Find(id);
        if (page.Type is PageType.Notes or PageType.NotesMaster)
        {
            throw new RequestProblem($"The operation is not allowed on notes page element {id}");
        }

        var siblings = page.AllElements.Select(static parent => parent.Children).FirstOrDefault(children => children?.Contains(element) == true) ?? page.Elements;
        siblings.Add(element.Clone(Name));
        return Name(id);

        string Name(string old)
        {
            if (!names.TryGetValue(old, out var name))
            {
                names[old] = name = draft.Name(null);
            }

            return name;
        }
    }

    private void MoveSlides(JsonElement body)
    {
        var ids = body.Texts("slideObjectIds");
        var to = body.Whole("insertionIndex");
        var places = ids.Select(id => draft.Slides.FindIndex(slide => slide.Id == id) is var at and >= 0 ? at : throw RequestProblem.NoSuchObject(id)).ToArray();
        if (places.Length == 0)
        {
            throw new RequestProblem("The slideObjectIds field is required.");
        }

        if (!places.Zip(places.Skip(1), static (one, next) => one < next).All(static inOrder => inOrder))
        {
            throw new RequestProblem("The slides should be in existing presentation order, without duplicates.");
        }

        if (to < 0 || to > draft.Slides.Count)
        {
            throw new RequestProblem($"The insertion index ({to}) should be between 0 and the number of slides ({draft.Slides.Count}).");
        }

        // The index counts the slides as they stand before the move.
        var moved = places.Select(place => draft.Slides[place]).ToArray();
        draft.Slides.RemoveAll(moved.Contains);
        draft.Slides.InsertRange(to - places.Count(place => place < to), moved);
    }

    private string CreateSlide(JsonElement body)
    {
        var at = body.TryGetProperty("insertionIndex", out _) ? body.Whole("insertionIndex") : draft.Slides.Count;
        if (at < 0 || at > draft.Slides.Count)
        {
            throw new RequestProblem($"The insertion index ({at}) should be between 0 and the number of slides ({draft.Slides.Count}).");
        }

        if (body.TryGetProperty("placeholderIdMappings", out _) || body.Object("slideLayoutReference")?.Text("predefinedLayout") is not (null or "BLANK"))
        {
            throw GoogleError.NotApplied("createSlide with a predefined layout or with placeholders");
        }

        var layout = body.Object("slideLayoutReference")?.Text("layoutId") ?? draft.Layouts[0].Id;
        if (!draft.Layouts.Exists(known => known.Id == layout))
        {
            throw RequestProblem.NoSuchObject(layout);
        }

        var slide = draft.NewSlide(body.Text("objectId") is { } id ? NewId(id) : draft.Name(null), layout);
        draft.Slides.Insert(at, slide);
        return slide.Id;
    }

    private void UpdateAltText(JsonElement body)
    {
        var (_, element) = Find(Required(body, "objectId"));
        element.Title = body.Text("title") ?? element.Title;
        element.Description = body.Text("description") ?? element.Description;
    }

    private async Task<string> CreateImageAsync(JsonElement body)
    {
        var properties = body.Object("elementProperties") ?? throw new RequestProblem("The elementProperties field is required.");
        var pageId = Required(properties, "pageObjectId");
        var page = draft.Pages.FirstOrDefault(page => page.Id == pageId) ?? throw RequestProblem.NoSuchPage(pageId);
        if (page.Type is PageType.Notes or PageType.NotesMaster)
        {
            throw new RequestProblem($"The operation is not allowed on notes page ({pageId}).");
        }

        var id = body.Text("objectId") is { } wanted ? NewId(wanted) : draft.Name(null);
        var image = page.AddImage(id, await images.FetchAsync(Required(body, "url"), root));
        var size = properties.Object("size");
        image.Width = Emu(size?.Object("width")) ?? image.Width;
        image.Height = Emu(size?.Object("height")) ?? image.Height;
        if (properties.Object("transform") is { } transform)
        {
            var unit = transform.Text("unit") == "PT" ? EmuPerPoint : 1;
            image.X = (transform.Number("translateX") ?? 0) * unit;
            image.Y = (transform.Number("translateY") ?? 0) * unit;
            image.Width *= transform.Number("scaleX") ?? 1;
            image.Height *= transform.Number("scaleY") ?? 1;
        }

        return id;

        static double? Emu(JsonElement? dimension) => dimension?.Number("magnitude") * (dimension?.Text("unit") == "PT" ? EmuPerPoint : 1);
    }

    private async Task ReplaceImageAsync(JsonElement body)
    {
        var id = Required(body, "imageObjectId");
        var (_, element) = Find(id);
        if (element.Image is null)
        {
            throw new RequestProblem($"The object ({id}) is not of type IMAGE.");
        }

        element.Image = await images.FetchAsync(Required(body, "url"), root);
    }

    private string NewId(string id)
    {
        if (id.Length is < LeastId or > MostId || !IdPattern().IsMatch(id))
        {
            throw new RequestProblem($"The object ID ({id}) should start with a word character [a-zA-Z0-9_] and be {LeastId} to {MostId} characters of [a-zA-Z0-9_-:].");
        }

        return draft.Has(id) ? throw NotUnique(id) : id;
    }

    [GeneratedRegex("^[a-zA-Z0-9_][a-zA-Z0-9_:-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
