using System.Globalization;
using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>
/// Writes the changes that make a presentation, as it was read, the deck that is wanted. What is there already is not changed
/// again, so that it can be asked anew after another writer, or after an answer that never came.
/// </summary>
/// <param name="reading">The presentation, or the template that it is a fresh copy of.</param>
/// <param name="layout">The deck.</param>
/// <param name="plan">What is put into it.</param>
/// <param name="images">The pictures.</param>
internal sealed class DeckWrites(PresentationTemplate reading, DeckLayout layout, DeckPlan plan, DeckImages images)
{
    private readonly TokenSyntax _syntax = plan.Syntax;
    private readonly List<SlideWrite> _structure = [];
    private readonly List<SlideWrite> _images = [];
    private readonly List<SlideWrite> _text = [];
    private readonly List<SlideWrite> _notes = [];
    private readonly Dictionary<string, ReadSlide> _slides = reading.Slides.ToDictionary(slide => slide.Page.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, ReadPage> _others = reading.Others.ToDictionary(page => page.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, List<TextPlace>> _withoutMarkers = new(StringComparer.Ordinal);
    private readonly List<PageText> _pages = [];

    /// <summary>Tokens that stay, and why.</summary>
    public List<(DeckPage Page, string Literal, string? Shape, string Problem)> Left { get; } = [];

    /// <summary>Writes them in the order in which they have to be made.</summary>
    public List<SlideWrite> Make()
    {
        layout.HasLateNotes = false;
        var duplicates = layout.Pages.Where(page => IsNew(page) && _slides.ContainsKey(page.CopyOf!)).ToLookup(page => page.CopyOf!, StringComparer.Ordinal);
        foreach (var page in layout.Pages)
        {
            if (page.Template is null)
            {
                if (_others.TryGetValue(page.Id, out var other))
                {
                    Fill(page, other, WithoutMarkers(page, other), isNotes: false);
                }

                continue;
            }

            if (!_slides.TryGetValue(page.Id, out var slide) && (page.CopyOf is null || !_slides.TryGetValue(page.CopyOf, out slide)))
            {
                page.Error ??= "someone else deleted the slide";
                continue;
            }

            var places = WithoutMarkers(page, slide.Page);
            if (!IsNew(page))
            {
                WriteNotesAndDuplicates(page, slide, duplicates[page.Id].ToList());
            }

            Fill(page, slide.Page, places, isNotes: false);
        }

        foreach (var dropped in layout.Dropped.Where(_slides.ContainsKey))
        {
            _structure.Add(new SlideWrite(DeckStep.TemplateCopy, [], _ => [TextRequests.Delete(dropped)]) { IsStructure = true });
        }

        WriteText();
        return [.. _structure, .. _images, .. _text, .. _notes];
    }

    private static string? RuleProblem(DeckPage page, Token marker) => SlideRule.Parse(marker.Body) is null ? SlideRule.NotOne : page.RuleProblem;

    private bool IsNew(DeckPage page) => page.CopyOf is not null && !_slides.ContainsKey(page.Id);

    private string IdOn(DeckPage page, string original) => IsNew(page) ? page.OwnId(original) : original;

    /// <summary>The texts of a page when the markers that can go are gone; written once however many duplicates it gets.</summary>
    private List<TextPlace> WithoutMarkers(DeckPage page, ReadPage source, bool areRewritten = false)
    {
        if (_withoutMarkers.TryGetValue(source.Id, out var places))
        {
            return places;
        }

        places = [];
        foreach (var place in source.Places)
        {
            var markers = place.Tokens.Where(token => SlideRule.IsMarker(token.Body) && RuleProblem(page, token) is null).ToList();
            if (markers.Count == 0)
            {
                places.Add(place);
                continue;
            }

            var removal = MarkerRemoval.From(place, markers, _syntax);
            if (!areRewritten)
            {
                _structure.Add(new SlideWrite(DeckStep.TemplateCopy, [], _ => removal.Requests) { IsStructure = true });
            }

            if (removal.Rest is not null)
            {
                places.Add(removal.Rest);
            }
        }

        _withoutMarkers.Add(source.Id, places);
        return places;
    }

    /// <summary>
    /// A duplicate takes the notes that its slide has at that moment, and the shape of its own notes is not known before it is
    /// read: so each duplicate's notes are written on the slide just before it is duplicated, and the slide's own come last.
    /// </summary>
    private void WriteNotesAndDuplicates(DeckPage page, ReadSlide slide, List<DeckPage> duplicates)
    {
        var given = plan.NotesFor(page.Template!.Number, page.Template.Title, page.Template.Names);
        var places = slide.Notes is null ? [] : WithoutMarkers(page, slide.Notes, areRewritten: given is not null || duplicates.Count > 0);
        if (duplicates.Count == 0 && given is null)
        {
            if (slide.Notes is not null)
            {
                Fill(page, slide.Notes, places, isNotes: true);
            }

            return;
        }

        var text = given ?? places.Find(place => place.ObjectId == slide.NotesId)?.Content ?? slide.NotesText;
        var current = slide.NotesText;
        for (var i = duplicates.Count - 1; i >= 0; i--)
        {
            var duplicate = duplicates[i];
            if (text is not null && current is not null)
            {
                current = WriteNotes(_structure, duplicate, slide, current, text, given is not null);
            }
            else if (text is not null)
            {
                // No shape yet: what an insertion makes has a name that only a reading tells.
                layout.HasLateNotes = true;
            }

            _structure.Add(new SlideWrite(DeckStep.TemplateCopy, [new WriteTarget(duplicate, duplicate.Id, 0)], _ => [Duplicate(duplicate)]) { IsStructure = true });
        }

        if (text is not null)
        {
            WriteNotes(duplicates.Count > 0 ? _structure : _notes, page, slide, current, text, given is not null);
        }
    }

    private static Request Duplicate(DeckPage duplicate)
    {
        var ids = new Dictionary<string, string>(duplicate.Ids, StringComparer.Ordinal) { [duplicate.CopyOf!] = duplicate.Id };
        return new Request { DuplicateObject = new DuplicateObjectRequest { ObjectId = duplicate.CopyOf, ObjectIds = ids } };
    }

    private string WriteNotes(List<SlideWrite> writes, DeckPage page, ReadSlide slide, string? current, string notes, bool isGiven)
    {
        var count = 0;
        var introduced = new List<string>();
        var text = TextRequests.Clean(page.Scope.Expand(ValueText.Clean(notes), (token, why) => Leave(page, token, null, why), value =>
        {
            count++;
            introduced.AddRange(_syntax.Find(value).Select(token => token.In(value)));
            return value;
        }));
        page.IntroducedInNotes = introduced;
        if (slide.NotesId is not { } id)
        {
            page.Error ??= "the slide has no notes page";
            return current ?? string.Empty;
        }

        if (text == (current ?? string.Empty))
        {
            page.NotesReplaced = isGiven ? 1 : page.NotesReplaced;
            return text;
        }

        var target = new WriteTarget(page, slide.Notes?.Id ?? page.Id, isGiven ? 1 : count);
        writes.Add(new SlideWrite(isGiven ? DeckStep.Notes : DeckStep.Text, [target], _ => TextRequests.Rewrite(id, current?.Length ?? 0, text)) { IsStructure = writes == _structure });
        return text;
    }

    private void Fill(DeckPage page, ReadPage source, List<TextPlace> places, bool isNotes)
    {
        var texts = new List<TextPlace>(places);
        if (!isNotes)
        {
            PlaceImages(page, source, texts);
        }

        foreach (var (literal, _, shape, problem) in source.Tokens(_syntax).Where(token => token.Problem is not null))
        {
            Leave(page, literal, shape, problem!);
        }

        var filled = new List<(TextPlace Place, List<TextEdit> Edits)>();
        foreach (var place in texts)
        {
            if (layout.Filled.TryGetValue(place.Key, out var before) && before.Text == place.Text)
            {
                continue;
            }

            var edits = Edits(page, place);
            edits.RemoveAll(edit => isNotes && page.IntroducedInNotes.Contains(edit.Literal));
            filled.Add((place, edits));
        }

        _pages.Add(new PageText(page, isNotes || !IsNew(page) ? source.Id : page.Id, filled));
    }

    private List<TextEdit> Edits(DeckPage page, TextPlace place)
    {
        var edits = new List<TextEdit>();
        foreach (var token in place.Tokens)
        {
            var literal = token.In(place.Text);
            if (SlideRule.IsMarker(token.Body))
            {
                Leave(page, literal, place.Name, RuleProblem(page, token) ?? SlideRule.NotOne);
                continue;
            }

            if (!page.Scope.TryWrite(token.Body, out var value))
            {
                Leave(page, literal, place.Name, page.Reasons.GetValueOrDefault(literal, value));
                continue;
            }

            value = TextRequests.Clean(value);
            if (value.Contains('\n', StringComparison.Ordinal))
            {
                value = place.Kind is TextKind.AltTitle or TextKind.AltText ? value.Replace('\n', ' ') : place.IsAlone(token) ? value : value.Replace('\n', '\v');
            }

            edits.Add(new TextEdit(token, literal, value));
        }

        return edits;
    }

    private void Leave(DeckPage page, string literal, string? shape, string problem)
    {
        page.Reasons.TryAdd(literal, problem);
        Left.Add((page, literal, shape, problem));
    }

    private void PlaceImages(DeckPage page, ReadPage source, List<TextPlace> texts)
    {
        var pageId = IsNew(page) ? page.Id : source.Id;
        foreach (var group in texts.Where(place => IsImage(place, page)).GroupBy(place => place.Tokens[0].In(place.Text), StringComparer.Ordinal).ToList())
        {
            var shapes = group.ToList();
            if (Source(page, group.Key, shapes[0].Tokens[0].Body) is not { } image)
            {
                continue;
            }

            texts.RemoveAll(shapes.Contains);
            if (texts.Exists(place => place.Kind == TextKind.Shape && place.Text.Contains(group.Key, StringComparison.Ordinal)))
            {
                MarkAndReplace(page, pageId, shapes, image);
                continue;
            }

            var same = _images.FindIndex(write => write.Literal == group.Key && write.Image == image.Source);
            var target = new WriteTarget(page, pageId, shapes.Count);
            if (same < 0)
            {
                _images.Add(new SlideWrite(DeckStep.Images, [target], targets => [images.Replace(group.Key, image, targets.Select(one => one.PageId))]) { Literal = group.Key, Image = image.Source });
            }
            else
            {
                _images[same] = _images[same] with { Targets = [.. _images[same].Targets, target] };
            }
        }

        foreach (var (original, description) in source.Pictures)
        {
            var literal = description.Trim();
            var tokens = _syntax.Find(literal);
            if (tokens.Count != 1 || tokens[0].Length != literal.Length || !plan.Images.ContainsKey(tokens[0].Body) || Source(page, literal, tokens[0].Body) is not { } image)
            {
                continue;
            }

            texts.RemoveAll(place => place.Kind == TextKind.AltText && place.ObjectId == original);
            var id = IdOn(page, original);
            var name = tokens[0].Body;
            _images.Add(new SlideWrite(DeckStep.Images, [new WriteTarget(page, pageId, 1)], _ => [images.Swap(id, image), TextRequests.SetAltText(TextKind.AltText, id, name)]) { Image = image.Source });
        }
    }

    private bool IsImage(TextPlace place, DeckPage page) =>
        place is { Kind: TextKind.Shape, Tokens.Count: 1 } && place.Tokens[0].Length == place.Text.AsSpan().Trim().Length && page.Scope.Plan.Images.ContainsKey(place.Tokens[0].Body);

    private DeckImage? Source(DeckPage page, string literal, string name)
    {
        var image = plan.Images[name];
        string? missing = null;
        var source = page.Scope.Expand(image.Source, (token, why) => missing ??= $"the image's path '{image.Source}' needs {token}: {why}");
        missing ??= string.IsNullOrWhiteSpace(source) ? "the image's path is empty" : images.Problem(source);
        if (missing is not null)
        {
            page.Reasons[literal] = missing;
            return null;
        }

        images.Need(source, ofOneDeck: source != image.Source);
        return image with { Source = source };
    }

    // Other text on the page holds the same token and would be taken for a shape of the picture: what is one gets a mark first.
    private void MarkAndReplace(DeckPage page, string pageId, List<TextPlace> shapes, DeckImage image)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"batchops-image-{_images.Count + 1}:");
        var ids = shapes.Select(shape => IdOn(page, shape.ObjectId)).ToList();
        _images.Add(new SlideWrite(
            DeckStep.Images,
            [new WriteTarget(page, pageId, shapes.Count)],
            _ => [.. ids.Select(id => TextRequests.Insert(id, null, 0, mark)), images.Replace(mark, image, [pageId])]) { Image = image.Source });
    }

    /// <summary>
    /// One request replaces a token wherever it stands on many pages. The requests of a batch run one after another, though,
    /// and a value that holds a token, or makes one with what stands beside it, would be replaced again. Pages where the
    /// outcome would not be that of a single pass are written place by place.
    /// </summary>
    private void WriteText()
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var edit in _pages.SelectMany(page => page.Places).SelectMany(place => place.Edits))
        {
            order.TryAdd(edit.Literal, order.Count);
        }

        var shared = new Dictionary<(string Literal, string Value), List<WriteTarget>>();
        foreach (var page in _pages)
        {
            var texts = page.Places.Where(place => place.Place.Kind is TextKind.Shape or TextKind.Cell).ToList();
            var values = SinglePass(texts, order);
            foreach (var (literal, value, count) in values ?? [])
            {
                if (!shared.TryGetValue((literal, value), out var targets))
                {
                    shared.Add((literal, value), targets = []);
                }

                targets.Add(new WriteTarget(page.Page, page.PageId, count));
            }

            foreach (var (place, edits) in values is null ? page.Places : page.Places.Except(texts))
            {
                WriteExactly(page, place, edits);
            }
        }

        foreach (var ((literal, value), targets) in shared.OrderBy(one => order[one.Key.Literal]))
        {
            _text.Add(new SlideWrite(DeckStep.Text, targets, on => [ReplaceAll(literal, value, on)]) { Literal = literal });
        }
    }

    /// <summary>What each token of a page is replaced by; null when replacing one after another gives something else than a single pass.</summary>
    private List<(string Literal, string Value, int Count)>? SinglePass(List<(TextPlace Place, List<TextEdit> Edits)> texts, Dictionary<string, int> order)
    {
        var values = new List<(string Literal, string Value, int Count)>();
        foreach (var group in texts.SelectMany(text => text.Edits).GroupBy(edit => edit.Literal, StringComparer.Ordinal).OrderBy(group => order[group.Key]))
        {
            var value = group.First().Value;
            if (group.Any(edit => edit.Value != value) || _syntax.Find(value).Count > 0)
            {
                return null;
            }

            values.Add((group.Key, value, group.Count()));
        }

        foreach (var (place, edits) in texts)
        {
            var text = place.Text;
            foreach (var (literal, value, _) in values)
            {
                text = text.Replace(literal, value, StringComparison.Ordinal);
            }

            if (text != TextEdit.Apply(place.Text, edits))
            {
                return null;
            }
        }

        return values;
    }

    private void WriteExactly(PageText page, TextPlace place, List<TextEdit> edits)
    {
        if (edits.Count == 0)
        {
            return;
        }

        var id = page.PageId == page.Page.Id ? IdOn(page.Page, place.ObjectId) : place.ObjectId;
        var introduced = edits.SelectMany(edit => _syntax.Find(edit.Value).Select(token => token.In(edit.Value))).ToList();
        if (introduced.Count > 0)
        {
            layout.Filled[place.Key with { ObjectId = id }] = (TextEdit.Apply(place.Text, edits), introduced);
        }

        _text.Add(new SlideWrite(DeckStep.Text, [new WriteTarget(page.Page, page.PageId, edits.Count)], _ => TextRequests.Replace(place, id, edits)));
    }

    private static Request ReplaceAll(string literal, string value, IReadOnlyList<WriteTarget> targets) => new()
    {
        ReplaceAllText = new ReplaceAllTextRequest
        {
            ContainsText = new SubstringMatchCriteria { Text = literal, MatchCase = true },
            ReplaceText = value,
            PageObjectIds = targets.Select(target => target.PageId).ToList(),
        },
    };

    private sealed record PageText(DeckPage Page, string PageId, List<(TextPlace Place, List<TextEdit> Edits)> Places);
}
