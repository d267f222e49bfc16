using System.Text;
using Google.Apis.Slides.v1.Data;

namespace BatchOps.Slides.Google.Presentations;

/// <summary>Lists the texts, tokens and slide rules of a presentation.</summary>
/// <param name="syntax">How tokens look.</param>
internal sealed class PresentationReader(TokenSyntax syntax)
{
    private const string Text = "text/textElements(startIndex,endIndex,textRun(content,style/link),autoText/type)";

    // Groups nest without end, so they come whole.
    private const string Elements = "pageElements(objectId,title,description,shape(placeholder/type,shapeProperties/link," + Text + "),table/tableRows/tableCells(location,text/textElements),image(contentUrl,imageProperties/link),wordArt,elementGroup)";
    private const string NotesElements = "pageElements(objectId,title,description,shape/text/textElements)";

    /// <summary>The fields that a reading needs, and no others; with more than 2,048 characters in its address a read would be sent as a POST.</summary>
    public const string Fields = "presentationId,title,revisionId,slides(objectId," + Elements + ",slideProperties/notesPage(objectId,notesProperties," + NotesElements + ")),layouts(objectId,layoutProperties/displayName," + Elements + "),masters(objectId,masterProperties/displayName," + Elements + "),notesMaster(objectId," + NotesElements + ")";

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Reads a presentation.</summary>
    public static async Task<PresentationTemplate> ReadAsync(GoogleCalls google, string id, TokenSyntax syntax, DeckCalls calls)
    {
        var request = google.Slides.Presentations.Get(id);
        request.Fields = Fields;
        return new PresentationReader(syntax).Read(await google.ExecuteAsync(request, GoogleLimit.SlidesReads, calls).ConfigureAwait(false));
    }

    public PresentationTemplate Read(Presentation presentation)
    {
        var slides = new List<ReadSlide>();
        foreach (var page in presentation.Slides ?? [])
        {
            slides.Add(ReadSlide(page, slides.Count + 1));
        }

        var others = (presentation.Masters ?? []).Select(page => ReadPage(page, $"the master '{page.MasterProperties?.DisplayName ?? page.ObjectId}'"))
            .Concat((presentation.Layouts ?? []).Select(page => ReadPage(page, $"the layout '{page.LayoutProperties?.DisplayName ?? page.ObjectId}'")))
            .ToList();
        if (presentation.NotesMaster is { } master)
        {
            others.Add(Closed(ReadPage(master, "the notes master"), "the notes master can only be read"));
        }

        others.RemoveAll(page => !page.Tokens(syntax).Any());
        return new PresentationTemplate(presentation.PresentationId ?? string.Empty, presentation.Title ?? string.Empty, presentation.RevisionId, syntax)
        {
            Slides = slides,
            Others = others,
            Ids = _ids,
            Tokens = slides.SelectMany(slide => Tokens(slide.Page, slide.Number).Concat(slide.Notes is null ? [] : Tokens(slide.Notes, slide.Number)))
                .Concat(others.SelectMany(page => Tokens(page, null)))
                .ToList(),
        };
    }

    private ReadSlide ReadSlide(Page page, int number)
    {
        var own = ReadPage(page, $"slide {number}");
        ReadPage? notes = null;
        string? notesId = null;
        string? notesText = null;
        if (page.SlideProperties?.NotesPage is { ObjectId: not null } notesPage)
        {
            notesId = notesPage.NotesProperties?.SpeakerNotesObjectId;
            notes = Closed(ReadPage(notesPage, $"the notes of slide {number}"), "of a notes page only the speaker notes can be written", notesId);
            notesText = Flat(notesPage.PageElements).FirstOrDefault(one => one.Element.ObjectId == notesId).Element is { } shape ? new TextPlace(TextKind.Shape, notesId!, null, string.Empty, Join(shape.Shape?.Text)).Content : null;
        }

        var tokens = own.Tokens(syntax).Concat(notes?.Tokens(syntax) ?? []).ToList();
        var rules = tokens.Where(token => token.Problem is null).Select(token => SlideRule.Parse(token.Name)).OfType<SlideRule>().Distinct().ToList();
        return new ReadSlide(own, notes, notesId, notesText, number, Title(page), rules, tokens.Select(token => token.Name).ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    private ReadPage ReadPage(Page page, string part)
    {
        var read = new ReadPage(page.ObjectId!, part);
        _ids.Add(read.Id);
        foreach (var (element, isGrouped) in Flat(page.PageElements))
        {
            var id = element.ObjectId ?? string.Empty;
            _ids.Add(id);
            var name = string.IsNullOrWhiteSpace(element.Title) || Holds(element.Title) ? id : element.Title;
            if (element.Shape is { } shape)
            {
                Add(read, new TextPlace(TextKind.Shape, id, null, name, string.Empty) { IsPlaceholder = shape.Placeholder is not null, IsGrouped = isGrouped }, Join(shape.Text));
            }

            foreach (var (cell, row, column) in Cells(element.Table))
            {
                Add(read, new TextPlace(TextKind.Cell, id, (row, column), $"{name} (row {row + 1}, column {column + 1})", string.Empty), Join(cell.Text));
            }

            foreach (var token in syntax.Find(element.WordArt?.RenderedText ?? string.Empty))
            {
                read.Fixed.Add((token.In(element.WordArt!.RenderedText!), token.Body, name, "word art can't be changed; make it a text box"));
            }

            AddLinks(read, name, element);
            if (element.Image is not null && Holds(element.Description))
            {
                read.Pictures.Add((id, element.Description!));
            }

            Add(read, new TextPlace(TextKind.AltTitle, id, null, name, string.Empty), element.Title ?? string.Empty);
            Add(read, new TextPlace(TextKind.AltText, id, null, name, string.Empty), element.Description ?? string.Empty);
        }

        return read;
    }

    private void Add(ReadPage page, TextPlace place, string text)
    {
        if (Holds(text))
        {
            page.Places.Add(place.With(text, syntax));
        }
    }

    // A link's address can't be replaced by text, and what is not filled is told.
    private void AddLinks(ReadPage page, string name, PageElement element)
    {
        var addresses = new[] { element.Shape?.Text }
            .Concat(Cells(element.Table).Select(cell => cell.Cell.Text))
            .SelectMany(text => text?.TextElements ?? [])
            .Select(text => text.TextRun?.Style?.Link?.Url)
            .Append(element.Shape?.ShapeProperties?.Link?.Url)
            .Append(element.Image?.ImageProperties?.Link?.Url);
        foreach (var address in addresses.OfType<string>().Select(Uri.UnescapeDataString).Distinct(StringComparer.Ordinal))
        {
            page.Fixed.AddRange(syntax.Find(address).Select(token => (token.In(address), token.Body, (string?)name, "the address of a link can't be filled in a Google presentation")));
        }
    }

    private bool Holds(string? text) => text?.Contains(syntax.Open, StringComparison.Ordinal) == true;

    /// <summary>Turns what can't be written to, which is all but one element, into tokens that stay.</summary>
    private ReadPage Closed(ReadPage page, string problem, string? open = null)
    {
        foreach (var place in page.Places.Where(place => place.ObjectId != open || place.Kind != TextKind.Shape))
        {
            page.Fixed.AddRange(place.Tokens.Select(token => (token.In(place.Text), token.Body, (string?)place.Name, problem)));
        }

        page.Places.RemoveAll(place => place.ObjectId != open || place.Kind != TextKind.Shape);
        page.Pictures.Clear();
        return page;
    }

    private IEnumerable<TemplateToken> Tokens(ReadPage page, int? slide) =>
        page.Tokens(syntax).Select(token => new TemplateToken(token.Literal, token.Name, slide, token.Shape, page.Part, token.Problem));

    private static IEnumerable<(PageElement Element, bool IsGrouped)> Flat(IList<PageElement>? elements, bool isGrouped = false)
    {
        foreach (var element in elements ?? [])
        {
            yield return (element, isGrouped);
            foreach (var inner in Flat(element.ElementGroup?.Children, isGrouped: true))
            {
                yield return inner;
            }
        }
    }

    // Cells say where they stand; of merged ones only the first is listed.
    private static IEnumerable<(TableCell Cell, int Row, int Column)> Cells(Table? table)
    {
        var rows = table?.TableRows ?? [];
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = rows[row].TableCells ?? [];
            for (var column = 0; column < cells.Count; column++)
            {
                yield return (cells[column], cells[column].Location?.RowIndex ?? (cells[column].Location is null ? row : 0), cells[column].Location?.ColumnIndex ?? (cells[column].Location is null ? column : 0));
            }
        }
    }

    private static string Join(TextContent? content)
    {
        var text = new StringBuilder();
        foreach (var element in content?.TextElements ?? [])
        {
            if (element.TextRun?.Content is { } run)
            {
                text.Append(run);
            }
            else if (element.AutoText is not null)
            {
                text.Append(TextPlace.AutoText, Math.Max(1, (element.EndIndex ?? 0) - (element.StartIndex ?? 0)));
            }
        }

        return text.ToString();
    }

    private static string? Title(Page slide)
    {
        var shape = Flat(slide.PageElements).FirstOrDefault(one => one.Element.Shape?.Placeholder?.Type is "TITLE" or "CENTERED_TITLE").Element;
        var text = Join(shape?.Shape?.Text).Trim().Replace('\n', ' ').Replace(TextPlace.AutoText.ToString(), string.Empty, StringComparison.Ordinal).Replace("\v", string.Empty, StringComparison.Ordinal);
        return text.Length == 0 ? null : text;
    }
}
