namespace BatchOps.Slides.Google.Presentations;

/// <summary>A page that changes are made on.</summary>
/// <param name="Page">The slide, layout or master that they count for.</param>
/// <param name="PageId">The page itself, or its notes page.</param>
/// <param name="Count">How much is replaced there.</param>
internal sealed record WriteTarget(DeckPage Page, string PageId, int Count);
