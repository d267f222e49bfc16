namespace BatchOps.Slides;

/// <summary>A step on the way to a deck.</summary>
public enum DeckStep
{
    /// <summary>The plan is computed from the record.</summary>
    Data,

    /// <summary>The template is copied, slides are dropped and duplicated.</summary>
    TemplateCopy,

    /// <summary>Shapes are replaced by pictures.</summary>
    Images,

    /// <summary>Tokens are replaced by values.</summary>
    Text,

    /// <summary>Speaker notes are written.</summary>
    Notes,

    /// <summary>The deck is read back and searched for tokens.</summary>
    Validation,
}

/// <summary>What a step took and did.</summary>
/// <param name="Step">The step.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Count">How much it did: values in the plan, slides, pictures placed, tokens replaced, notes pages written, parts read back.</param>
public sealed record DeckPhase(DeckStep Step, TimeSpan Duration, int Count);
