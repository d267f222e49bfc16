using System.Buffers.Binary;

namespace BatchOps.Pdf.Images;

/// <summary>What the bytes of an image file tell: its size, and where it ends.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Length">In bytes.</param>
internal readonly record struct ImageFile(int Width, int Height, int Length)
{
    /// <summary>Reads the image that the bytes begin with; null when it is no whole JPEG or PNG.</summary>
    public static ImageFile? Read(ReadOnlySpan<byte> bytes, PdfImageFormat format) =>
        format == PdfImageFormat.Png ? ReadPng(bytes) : ReadJpeg(bytes);

    /// <summary>Takes images apart that follow each other; null when there are not exactly that many.</summary>
    public static PdfImage[]? Split(ReadOnlyMemory<byte> bytes, PdfImageFormat format, int count)
    {
        var images = new List<PdfImage>();
        while (images.Count < count && Read(bytes.Span, format) is { } image)
        {
            var content = GC.AllocateUninitializedArray<byte>(image.Length);
            bytes[..image.Length].CopyTo(content);
            images.Add(new PdfImage(format, image.Width, image.Height) { Bytes = content });
            bytes = bytes[image.Length..];
        }

        return bytes.IsEmpty && images.Count == count ? images.ToArray() : null;
    }

    // A signature, then chunks: a length, a type, that many bytes and a checksum. The first, IHDR, tells the size; IEND is the last.
    private static ImageFile? ReadPng(ReadOnlySpan<byte> bytes)
    {
        const int Signature = 8;
        const int Frame = 12;
        if (bytes.Length < Signature + Frame + 8 || !bytes[1..4].SequenceEqual("PNG"u8))
        {
            return null;
        }

        long at = Signature;
        while (at + Frame <= bytes.Length)
        {
            var chunk = bytes[(int)at..];
            at += Frame + (long)BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IEND"u8) && at <= bytes.Length)
            {
                return new ImageFile(BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]), (int)at);
            }
        }

        return null;
    }

    // Segments: a marker, a length that counts itself; the frame's (C0 to CF, three of which are others) tells the size.
    private static ImageFile? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        const byte End = 0xD9;
        const byte Scan = 0xDA;
        if (bytes is not [0xFF, 0xD8, ..])
        {
            return null;
        }

        int width = 0, height = 0, at = 2;
        while (at < bytes.Length && bytes[at..] is [0xFF, var marker, .. var segment])
        {
            if (marker == End)
            {
                return new ImageFile(width, height, at + 2);
            }

            if (segment.Length < 7)
            {
                return null;
            }

            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
                width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(segment);
            if (marker == Scan)
            {
                at = EndOfScan(bytes, at);
            }
        }

        return null;
    }

    // FF stands for itself only before 0; restart marks belong to the scan, too.
    private static int EndOfScan(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at..].IndexOf((byte)0xFF) is >= 0 and var next)
        {
            at += next;
            if (at + 1 < bytes.Length && bytes[at + 1] is not (0 or (>= 0xD0 and <= 0xD7)))
            {
                return at;
            }

            at += 2;
        }

        return bytes.Length;
    }
}
