namespace BatchOps.Slides;

/// <summary>What a plan would do with a slide of a template.</summary>
/// <param name="Number">The slide's place in the template, from 1; null for what is not on slides: masters, layouts, properties.</param>
/// <param name="Title">Its title.</param>
/// <param name="Copies">How often it would be in the deck.</param>
/// <param name="Tokens">What would be put in the place of its tokens.</param>
/// <param name="Notes">The notes that it would get; null when its own stay.</param>
public sealed record PlannedSlide(int? Number, string? Title, int Copies, IReadOnlyList<PlannedToken> Tokens, string? Notes);
