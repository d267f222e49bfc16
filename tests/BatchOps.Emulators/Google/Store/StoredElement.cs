using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>What stands on a page: a shape, a table, a group, an image, or something whose JSON is given. Lengths are EMU.</summary>
public sealed class StoredElement
{
    internal StoredElement(string id) => Id = id;

    public string Id { get; internal set; }

    public string? Title { get; set; }

    public string? Description { get; set; }

    public double X { get; set; }

    public double Y { get; set; }

    public double Width { get; set; } = 3_000_000;

    public double Height { get; set; } = 1_000_000;

    /// <summary>Null when it is no shape.</summary>
    public string? ShapeType { get; internal init; }

    /// <summary>The kind of placeholder that a shape is, such as <c>TITLE</c> or <c>BODY</c>.</summary>
    public string? Placeholder { get; internal init; }

    /// <summary>The text of a shape; null when none was ever written.</summary>
    public TextBody? Text { get; set; }

    /// <summary>The cells of a table by row and column; null when it is none.</summary>
    public TextBody[][]? Cells { get; internal init; }

    /// <summary>The elements of a group; null when it is none.</summary>
    public List<StoredElement>? Children { get; internal init; }

    /// <summary>Null when it is no image.</summary>
    public StoredImage? Image { get; internal set; }

    /// <summary>An element that no request in use touches: the name of its field and what stands there, such as <c>wordArt</c>.</summary>
    public (string Field, JsonObject Value)? Other { get; internal init; }

    /// <summary>All texts in it, those of a table row by row and those of a group child by child.</summary>
    public IEnumerable<TextBody> Texts => Text is not null ? [Text]
        : Cells is not null ? Cells.SelectMany(static row => row)
        : Children?.SelectMany(static child => child.Texts) ?? [];

    /// <summary>It and, of a group, all that is in it.</summary>
    public IEnumerable<StoredElement> Tree => Children is null ? [this] : Children.SelectMany(static child => child.Tree).Prepend(this);

    /// <param name="newId">The id that a copy gets for an id; the same when it is null.</param>
    internal StoredElement Clone(Func<string, string>? newId = null) => new(newId?.Invoke(Id) ?? Id)
    {
        Title = Title,
        Description = Description,
        X = X,
        Y = Y,
        Width = Width,
        Height = Height,
        ShapeType = ShapeType,
        Placeholder = Placeholder,
        Text = Text?.Clone(),
        Cells = Cells?.Select(static row => row.Select(static cell => cell.Clone()).ToArray()).ToArray(),
        Children = Children?.ConvertAll(child => child.Clone(newId)),
        Image = Image,
        Other = Other,
    };
}
