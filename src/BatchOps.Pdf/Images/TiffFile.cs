using System.Buffers.Binary;

namespace BatchOps.Pdf.Images;

/// <summary>Writes images as plain TIFF files: a header of fixed size, then the pixels as they are.</summary>
internal static class TiffFile
{
    private const ushort Short = 3;
    private const ushort Long = 4;
    private const int EntryBytes = 12;
    private const int DirectoryAt = 8;

    /// <summary>Writes a new file.</summary>
    public static async Task WriteAsync(string path, GrayRaster image, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(Header(image.Width, image.Height), cancellationToken).ConfigureAwait(false);
            await file.WriteAsync(image.Pixels, cancellationToken).ConfigureAwait(false);
        }
    }

    // TIFF 6.0, 'Grayscale Images': little endian, one directory, whose entries are sorted by their tags, one strip.
    private static byte[] Header(int width, int height)
    {
        (ushort Tag, ushort Type, int Value)[] entries =
        [
            (256, Long, width),
            (257, Long, height),
            (258, Short, 8), // bits of a sample
            (259, Short, 1), // not compressed
            (262, Short, 1), // 0 is black
            (273, Long, 0), // where the strip begins: set below
            (277, Short, 1), // samples of a pixel
            (278, Long, height), // rows of the strip
            (279, Long, width * height), // bytes of the strip
        ];
        var header = new byte[DirectoryAt + sizeof(ushort) + (entries.Length * EntryBytes) + sizeof(int)];
        "II*\0"u8.CopyTo(header);
        header[4] = DirectoryAt;
        header[DirectoryAt] = (byte)entries.Length;
        for (var i = 0; i < entries.Length; i++)
        {
            // The first value of a short field lies in its lower bytes, as an integer's does.
            var (tag, type, value) = entries[i];
            var entry = header.AsSpan(DirectoryAt + sizeof(ushort) + (i * EntryBytes), EntryBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], type);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], 1);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], tag == 273 ? header.Length : value);
        }

        return header;
    }
}
