using System.Buffers.Binary;

namespace BatchOps.Emulators.Google;

/// <summary>Reads what the service looks at before it takes an image: its format and how many pixels it has.</summary>
internal static class ImageSize
{
    /// <returns>Null when it is none of PNG, JPEG and GIF.</returns>
    public static (string MimeType, long Pixels)? Read(ReadOnlySpan<byte> image)
    {
        if (image.Length > 24 && image[0] == 0x89 && image[1..4].SequenceEqual("PNG"u8))
        {
            return ("image/png", (long)BinaryPrimitives.ReadUInt32BigEndian(image[16..]) * BinaryPrimitives.ReadUInt32BigEndian(image[20..]));
        }

        if (image.Length > 10 && image.StartsWith("GIF8"u8))
        {
            return ("image/gif", (long)BinaryPrimitives.ReadUInt16LittleEndian(image[6..]) * BinaryPrimitives.ReadUInt16LittleEndian(image[8..]));
        }

        return image.Length > 4 && image[0] == 0xFF && image[1] == 0xD8 && JpegPixels(image) is { } pixels ? ("image/jpeg", pixels) : null;
    }

    private static long? JpegPixels(ReadOnlySpan<byte> image)
    {
        var at = 2;
        while (at + 9 < image.Length && image[at] == 0xFF)
        {
            // A frame header; C4, C8 and CC are tables.
            if (image[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (long)BinaryPrimitives.ReadUInt16BigEndian(image[(at + 5)..]) * BinaryPrimitives.ReadUInt16BigEndian(image[(at + 7)..]);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(image[(at + 2)..]);
        }

        return null;
    }
}
