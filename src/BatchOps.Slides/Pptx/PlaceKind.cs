namespace BatchOps.Slides.Pptx;

/// <summary>What kind of text a place is.</summary>
internal enum PlaceKind
{
    /// <summary>Runs in a row, whose text reads as one.</summary>
    Runs,

    /// <summary>The text of one element: a field, a cell of a chart, a property.</summary>
    Leaf,

    /// <summary>An attribute: a name, an alternative text, a tooltip.</summary>
    Attribute,

    /// <summary>A paragraph that holds a token which a line break or a field cuts in two.</summary>
    Broken,

    /// <summary>A formula.</summary>
    Formula,
}
