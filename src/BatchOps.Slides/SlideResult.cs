namespace BatchOps.Slides;

/// <summary>What was done on one slide of a deck.</summary>
/// <param name="Number">The slide's place in the deck, from 1.</param>
/// <param name="TemplateNumber">Place of the template's slide that it was made from, from 1.</param>
/// <param name="TextReplaced">Tokens replaced by text on the slide, in its charts, diagrams and notes.</param>
/// <param name="ImagesReplaced">Pictures placed on it.</param>
/// <param name="NotesReplaced">1 when its notes were written, else 0.</param>
/// <param name="Unresolved">Tokens left on it.</param>
/// <param name="Error">What went wrong on it, though the deck was made; null when nothing did.</param>
public sealed record SlideResult(int Number, int TemplateNumber, int TextReplaced, int ImagesReplaced, int NotesReplaced, IReadOnlyList<UnresolvedToken> Unresolved, string? Error = null);
