namespace BatchOps.Slides;

/// <summary>Kinds of pictures that a deck can hold.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>GIF, animated or not.</summary>
    Gif,
}
