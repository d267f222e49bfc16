using System.IO.Compression;

namespace BatchOps.Slides.Opc;

/// <summary>An entry's content as it stands in an archive, so that it can be copied without being unpacked.</summary>
/// <param name="Data">The packed bytes.</param>
/// <param name="Method">0 as they are, 8 deflated.</param>
/// <param name="Crc">Checksum of the unpacked bytes.</param>
/// <param name="Size">Length of the unpacked bytes.</param>
internal sealed record ZipPayload(ReadOnlyMemory<byte> Data, ushort Method, uint Crc, int Size)
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    /// <summary>Takes what is packed already, such as a picture.</summary>
    public static ZipPayload Store(ReadOnlyMemory<byte> data) => new(data, Stored, Crc32.Of(data.Span), data.Length);

    public static ZipPayload Deflate(ReadOnlySpan<byte> data)
    {
        using var packed = new MemoryStream((data.Length / 4) + 64);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(data);
        }

        return new ZipPayload(packed.GetBuffer().AsMemory(0, (int)packed.Length), Deflated, Crc32.Of(data), data.Length);
    }

    /// <summary>Unpacks, and checks length and checksum.</summary>
    /// <exception cref="InvalidDataException">They are not as stated.</exception>
    public byte[] Unpack()
    {
        byte[] data;
        if (Method == Stored)
        {
            data = Data.ToArray();
        }
        else
        {
            data = new byte[Size];
            using var inflate = Inflate();
            if (inflate.ReadAtLeast(data, Size, throwOnEndOfStream: false) != Size || inflate.ReadByte() >= 0)
            {
                throw new InvalidDataException("an entry does not unpack to its stated length");
            }
        }

        return Crc32.Of(data) == Crc ? data : throw new InvalidDataException("an entry's checksum is wrong");
    }

    /// <summary>Unpacks piece by piece, and checks length and checksum, without keeping anything.</summary>
    /// <exception cref="InvalidDataException">They are not as stated.</exception>
    public void Verify()
    {
        if (Method == Stored)
        {
            if (Crc32.Of(Data.Span) != Crc)
            {
                throw new InvalidDataException("an entry's checksum is wrong");
            }

            return;
        }

        var buffer = new byte[64 << 10];
        using var inflate = Inflate();
        uint crc = 0;
        long length = 0;
        int read;
        while ((read = inflate.Read(buffer)) > 0)
        {
            length += read;
            if (length > Size)
            {
                break;
            }

            crc = Crc32.Of(buffer.AsSpan(0, read), crc);
        }

        if (length != Size || crc != Crc)
        {
            throw new InvalidDataException("an entry does not unpack to its stated length and checksum");
        }
    }

    private DeflateStream Inflate()
    {
        var source = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(Data, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(Data.ToArray(), writable: false);
        return new DeflateStream(source, CompressionMode.Decompress);
    }
}
