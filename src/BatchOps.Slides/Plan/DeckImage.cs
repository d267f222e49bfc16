namespace BatchOps.Slides;

/// <summary>How a picture is fitted into the shape that it takes the place of.</summary>
public enum ImageFit
{
    /// <summary>As large as goes in whole, centred.</summary>
    Inside,

    /// <summary>As small as covers the shape, centred, what sticks out cut off.</summary>
    Crop,
}

/// <summary>A picture for a deck.</summary>
/// <param name="Source">A path or an http(s) address; tokens in it take the record's values, so that each deck has its own.</param>
/// <param name="Fit">How it is fitted.</param>
public sealed record DeckImage(string Source, ImageFit Fit = ImageFit.Inside);
