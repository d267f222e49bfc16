using System.Security.Cryptography;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides;

/// <summary>A picture's bytes and what is known of them. Read from its content, not from its name.</summary>
public sealed class ImageContent
{
    private ImageContent(byte[] bytes, ImageFormat format, int width, int height)
    {
        Bytes = bytes;
        Format = format;
        Width = width;
        Height = height;
        Hash = Convert.ToHexString(SHA256.HashData(bytes));
        Payload = ZipPayload.Store(bytes);
    }

    /// <summary>The file's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Its kind.</summary>
    public ImageFormat Format { get; }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>SHA-256 of the bytes, in hexadecimal: equal pictures are placed once per deck and uploaded once per run.</summary>
    public string Hash { get; }

    /// <summary>Its media type, such as <c>image/png</c>.</summary>
    public string ContentType => Format switch { ImageFormat.Png => "image/png", ImageFormat.Jpeg => "image/jpeg", _ => "image/gif" };

    /// <summary>Its usual extension, without a dot.</summary>
    public string Extension => Format switch { ImageFormat.Png => "png", ImageFormat.Jpeg => "jpeg", _ => "gif" };

    internal ZipPayload Payload { get; }

    /// <summary>Looks at a picture.</summary>
    /// <param name="bytes">The file's bytes, which must not change later.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">How large it may be.</param>
    /// <exception cref="DeckException">It is no PNG, JPEG or GIF, is broken or too large.</exception>
    public static ImageContent Read(byte[] bytes, string name, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(limits);
        if (bytes.Length > limits.Bytes)
        {
            throw TooLarge(name, bytes.Length, limits);
        }

        var header = ImageHeader.Read(bytes) ?? throw new DeckException(
            DeckFault.ImageNotSupported,
            $"The image '{name}' is {ImageHeader.Describe(bytes)}; a deck takes PNG, JPEG and GIF. Convert it and try again.");
        if (header.Width < 1 || header.Height < 1)
        {
            throw new DeckException(DeckFault.ImageNotSupported, $"The image '{name}' begins as a {header.Format} but is cut short or broken; save it again.");
        }

        if ((long)header.Width * header.Height > limits.Pixels)
        {
            throw new DeckException(DeckFault.ImageTooLarge, $"The image '{name}' has {header.Width} x {header.Height} pixels, above the limit of {limits.Pixels:N0}; make it smaller.");
        }

        return new ImageContent(bytes, header.Format, header.Width, header.Height);
    }

    internal static DeckException TooLarge(string name, long bytes, ImageLimits limits) =>
        new(DeckFault.ImageTooLarge, $"The image '{name}' has {(bytes + (1 << 20) - 1) >> 20} MB, above the limit of {limits.Bytes >> 20} MB; make it smaller.");
}
