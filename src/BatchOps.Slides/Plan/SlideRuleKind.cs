namespace BatchOps.Slides;

/// <summary>What a slide rule does.</summary>
public enum SlideRuleKind
{
    /// <summary>Keeps the slide when its condition holds.</summary>
    If,

    /// <summary>Keeps the slide when its condition does not hold.</summary>
    Unless,

    /// <summary>Makes one slide for each item of a collection, and none when it is empty.</summary>
    Each,
}
