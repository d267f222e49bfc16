namespace BatchOps.Slides.Google.Presentations;

/// <summary>What kind of text a place is.</summary>
internal enum TextKind
{
    /// <summary>The text of a shape, the speaker notes' included.</summary>
    Shape,

    /// <summary>The text of a table's cell.</summary>
    Cell,

    /// <summary>The title of an element's alternative text.</summary>
    AltTitle,

    /// <summary>The description of an element's alternative text.</summary>
    AltText,
}
