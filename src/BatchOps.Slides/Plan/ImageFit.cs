namespace BatchOps.Slides;

/// <summary>How a picture is fitted into the shape that it takes the place of.</summary>
public enum ImageFit
{
    /// <summary>As large as goes in whole, centred.</summary>
    Inside,

    /// <summary>As small as covers the shape, centred, what sticks out cut off.</summary>
    Crop,
}
