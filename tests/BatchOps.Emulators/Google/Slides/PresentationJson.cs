using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>Writes a presentation as the service does: zeros, empty texts and the page type of slides are left out.</summary>
internal static class PresentationJson
{
    private const double PageWidth = 9_144_000;
    private const double PageHeight = 5_143_500;

    public static JsonObject Write(StoredPresentation presentation, string root) => new()
    {
        ["presentationId"] = presentation.Id,
        ["pageSize"] = Size(PageWidth, PageHeight),
        ["slides"] = Pages(presentation.Slides, root),
        ["title"] = presentation.Title,
        ["masters"] = Pages(presentation.Masters, root),
        ["layouts"] = Pages(presentation.Layouts, root),
        ["locale"] = "en",
        ["revisionId"] = presentation.RevisionId,
        ["notesMaster"] = Page(presentation.NotesMaster, root),
    };

    public static JsonObject Page(StoredPage page, string root)
    {
        var json = new JsonObject { ["objectId"] = page.Id };
        if (page.Elements.Count > 0)
        {
            json["pageElements"] = new JsonArray([.. page.Elements.Select(element => Element(element, root))]);
        }

        json["pageProperties"] = new JsonObject { ["pageBackgroundFill"] = new JsonObject { ["propertyState"] = "INHERIT" } };
        switch (page.Type)
        {
            case PageType.Slide:
                var slide = new JsonObject { ["layoutObjectId"] = page.LayoutId, ["masterObjectId"] = page.MasterId, ["notesPage"] = Page(page.Notes!, root) };
                if (page.IsSkipped)
                {
                    slide["isSkipped"] = true;
                }

                json["slideProperties"] = slide;
                break;
            case PageType.Layout:
                json["pageType"] = "LAYOUT";
                json["layoutProperties"] = new JsonObject { ["masterObjectId"] = page.MasterId, ["name"] = page.DisplayName, ["displayName"] = page.DisplayName };
                break;
            case PageType.Master:
                json["pageType"] = "MASTER";
                json["masterProperties"] = new JsonObject { ["displayName"] = page.DisplayName };
                break;
            case PageType.Notes:
                json["pageType"] = "NOTES";
                json["notesProperties"] = new JsonObject { ["speakerNotesObjectId"] = page.SpeakerNotesId };
                break;
            default:
                json["pageType"] = "NOTES_MASTER";
                break;
        }

        return json;
    }

    private static JsonArray Pages(IEnumerable<StoredPage> pages, string root) => new([.. pages.Select(page => Page(page, root))]);

    private static JsonObject Element(StoredElement element, string root)
    {
        var json = new JsonObject { ["objectId"] = element.Id };
        if (element.Children is null)
        {
            json["size"] = Size(element.Width, element.Height);
        }

        var transform = new JsonObject { ["scaleX"] = 1, ["scaleY"] = 1 };
        AddNumber(transform, "translateX", element.X);
        AddNumber(transform, "translateY", element.Y);
        transform["unit"] = "EMU";
        json["transform"] = transform;
        if (element.Title is { Length: > 0 } title)
        {
            json["title"] = title;
        }

        if (element.Description is { Length: > 0 } description)
        {
            json["description"] = description;
        }

        if (element.ShapeType is not null)
        {
            json["shape"] = Shape(element);
        }
        else if (element.Cells is { } cells)
        {
            json["table"] = Table(cells);
        }
        else if (element.Children is { } children)
        {
            json["elementGroup"] = new JsonObject { ["children"] = new JsonArray([.. children.Select(child => Element(child, root))]) };
        }
        else if (element.Image is { } image)
        {
            json["image"] = new JsonObject { ["contentUrl"] = $"{root}images/{image.Sha256}", ["sourceUrl"] = image.SourceUrl, ["imageProperties"] = new JsonObject() };
        }
        else if (element.Other is { } other)
        {
            json[other.Field] = other.Value.DeepClone();
        }

        return json;
    }

    private static JsonObject Shape(StoredElement element)
    {
        var shape = new JsonObject { ["shapeType"] = element.ShapeType };
        if (element.Text is { } text)
        {
            shape["text"] = text.Json();
        }

        shape["shapeProperties"] = new JsonObject();
        if (element.Placeholder is { } placeholder)
        {
            shape["placeholder"] = new JsonObject { ["type"] = placeholder };
        }

        return shape;
    }

    private static JsonObject Table(TextBody[][] cells) => new()
    {
        ["rows"] = cells.Length,
        ["columns"] = cells[0].Length,
        ["tableRows"] = new JsonArray([.. cells.Select(static (row, r) => new JsonObject
        {
            ["tableCells"] = new JsonArray([.. row.Select((cell, c) => Cell(cell, r, c))]),
        })]),
    };

    private static JsonObject Cell(TextBody text, int row, int column)
    {
        var location = new JsonObject();
        AddNumber(location, "rowIndex", row);
        AddNumber(location, "columnIndex", column);
        var cell = new JsonObject { ["location"] = location, ["rowSpan"] = 1, ["columnSpan"] = 1 };
        if (text.Length > 0)
        {
            cell["text"] = text.Json();
        }

        return cell;
    }

    private static JsonObject Size(double width, double height) => new()
    {
        ["width"] = new JsonObject { ["magnitude"] = width, ["unit"] = "EMU" },
        ["height"] = new JsonObject { ["magnitude"] = height, ["unit"] = "EMU" },
    };

    private static void AddNumber(JsonObject json, string name, double value)
    {
        if (value != 0)
        {
            json[name] = value;
        }
    }
}
