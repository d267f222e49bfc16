using System.Buffers.Binary;
using System.Text;

namespace BatchOps.Slides;

/// <summary>Reads a picture's kind and size from its first bytes.</summary>
/// <param name="Format">Its kind.</param>
/// <param name="Width">Pixels across; 0 when it is broken.</param>
/// <param name="Height">Pixels down; 0 when it is broken.</param>
internal readonly record struct ImageHeader(ImageFormat Format, int Width, int Height)
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Null when it is none of the known kinds.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith(PngSignature))
        {
            return data.Length >= 33 && data.Slice(12, 4).SequenceEqual("IHDR"u8)
                ? new ImageHeader(ImageFormat.Png, BinaryPrimitives.ReadInt32BigEndian(data[16..]), BinaryPrimitives.ReadInt32BigEndian(data[20..]))
                : new ImageHeader(ImageFormat.Png, 0, 0);
        }

        if (data.StartsWith("GIF87a"u8) || data.StartsWith("GIF89a"u8))
        {
            return data.Length >= 13
                ? new ImageHeader(ImageFormat.Gif, BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), BinaryPrimitives.ReadUInt16LittleEndian(data[8..]))
                : new ImageHeader(ImageFormat.Gif, 0, 0);
        }

        return data.Length > 3 && data[0] == 0xFF && data[1] == 0xD8 && data[2] == 0xFF ? Jpeg(data) : null;
    }

    /// <summary>What a file that is no known picture seems to be.</summary>
    public static string Describe(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return "empty";
        }

        var start = Encoding.UTF8.GetString(data[..Math.Min(data.Length, 1024)]).TrimStart('\uFEFF', ' ', '\r', '\n', '\t');
        return data.StartsWith("BM"u8) ? "a BMP"
            : data.StartsWith("RIFF"u8) && data.Length > 12 && data.Slice(8, 4).SequenceEqual("WEBP"u8) ? "a WebP"
            : data.StartsWith("II*\0"u8) || data.StartsWith("MM\0*"u8) ? "a TIFF"
            : data.StartsWith("%PDF"u8) ? "a PDF"
            : data.Length > 12 && data.Slice(4, 4).SequenceEqual("ftyp"u8) ? "a HEIC, AVIF or video"
            : start.Contains("<svg", StringComparison.OrdinalIgnoreCase) ? "an SVG"
            : start.StartsWith('<') ? "a web page or XML, not a picture"
            : "no picture of a known kind";
    }

    private static ImageHeader Jpeg(ReadOnlySpan<byte> data)
    {
        var at = 2;
        while (at + 9 < data.Length)
        {
            if (data[at] != 0xFF)
            {
                break;
            }

            var marker = data[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
                continue;
            }

            // SOF0 to SOF15, without the tables and extensions among them.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new ImageHeader(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(data[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(at + 5)..]));
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]);
        }

        return new ImageHeader(ImageFormat.Jpeg, 0, 0);
    }
}
