namespace BatchOps.Slides;

/// <summary>What would be put in the place of a token.</summary>
/// <param name="Token">The token and its place.</param>
/// <param name="Text">The text; empty for a slide rule.</param>
/// <param name="Image">The picture.</param>
/// <param name="Problem">Why it would be left.</param>
public sealed record PlannedToken(TemplateToken Token, string? Text, DeckImage? Image, string? Problem);
