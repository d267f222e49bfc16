namespace BatchOps.Slides.Google;

/// <summary>How the changes of a deck are sent.</summary>
public enum SlideBatching
{
    /// <summary>All in one batch: one write per deck, applied as a whole.</summary>
    Deck,

    /// <summary>Slide by slide, pictures, text and notes each in a batch of its own.</summary>
    Slide,
}
