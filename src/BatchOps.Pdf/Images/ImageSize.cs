using System.Buffers.Binary;

namespace BatchOps.Pdf.Images;

/// <summary>Reads how large an image is from its first bytes.</summary>
internal static class ImageSize
{
    /// <summary>Width and height in pixels; null when it is no whole JPEG or PNG.</summary>
    public static (int Width, int Height)? Read(ReadOnlySpan<byte> file, PdfImageFormat format) =>
        format == PdfImageFormat.Png ? ReadPng(file) : ReadJpeg(file);

    private static (int Width, int Height)? ReadPng(ReadOnlySpan<byte> file) =>
        file.Length > 24 && file[1..4].SequenceEqual("PNG"u8)
            ? (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]))
            : null;

    private static (int Width, int Height)? ReadJpeg(ReadOnlySpan<byte> file)
    {
        if (file.Length < 4 || file[0] != 0xFF || file[1] != 0xD8)
        {
            return null;
        }

        // Segments: a marker, a length that counts itself; the frame's (C0 to CF, three of which are others) tells the size.
        var at = 2;
        while (at + 9 < file.Length && file[at] == 0xFF)
        {
            if (file[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }
}
