namespace BatchOps.Slides.Pptx;

/// <summary>What a part is for.</summary>
internal enum PartKind
{
    /// <summary>XML in which text is filled: masters, layouts, charts, diagrams, properties, comments.</summary>
    Fillable,

    /// <summary>A slide.</summary>
    Slide,

    /// <summary>A notes page.</summary>
    Notes,

    /// <summary>The presentation itself.</summary>
    Presentation,

    /// <summary>XML in which nothing is filled: themes, styles, custom data.</summary>
    OtherXml,

    /// <summary>A document or workbook within the deck.</summary>
    Embedded,

    /// <summary>Anything else: pictures, sounds, fonts.</summary>
    Binary,
}
