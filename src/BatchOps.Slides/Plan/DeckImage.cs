namespace BatchOps.Slides;

/// <summary>A picture for a deck.</summary>
/// <param name="Source">A path or an http(s) address; tokens in it take the record's values, so that each deck has its own.</param>
/// <param name="Fit">How it is fitted.</param>
public sealed record DeckImage(string Source, ImageFit Fit = ImageFit.Inside);
