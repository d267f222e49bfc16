namespace BatchOps.Slides;

/// <summary>A step on the way to a deck.</summary>
public enum DeckStep
{
    /// <summary>The plan is computed from the record.</summary>
    Data,

    /// <summary>The template is copied, slides are dropped and duplicated.</summary>
    TemplateCopy,

    /// <summary>Pictures are put where Google can fetch them.</summary>
    ImageUpload,

    /// <summary>Shapes are replaced by pictures.</summary>
    Images,

    /// <summary>Tokens are replaced by values.</summary>
    Text,

    /// <summary>Speaker notes are written.</summary>
    Notes,

    /// <summary>The deck is read back and searched for tokens.</summary>
    Validation,
}
