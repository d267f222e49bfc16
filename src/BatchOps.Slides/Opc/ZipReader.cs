using System.Buffers.Binary;
using System.Text;

namespace BatchOps.Slides.Opc;

/// <summary>
/// Reads the entries of a ZIP archive that is in memory, still packed: what a deck does not change is copied as it is, which
/// the framework's own reader can't do. Layout: PKWARE APPNOTE 6.3.
/// </summary>
internal static class ZipReader
{
    private const uint EndSignature = 0x06054b50;
    private const uint Zip64EndSignature = 0x06064b50;
    private const uint Zip64LocatorSignature = 0x07064b50;
    private const uint DirectorySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;

    /// <summary>Lists the entries in the order of the archive's directory, folders left out.</summary>
    /// <exception cref="InvalidDataException">The archive is broken; the message goes on after a colon.</exception>
    /// <exception cref="ZipLimitException">It holds more than the limits allow.</exception>
    public static List<(string Name, ZipPayload Payload)> Read(ReadOnlyMemory<byte> archive, DeckLimits limits)
    {
        var data = archive.Span;
        var end = FindEnd(data);
        long count = U16(data, end + 10);
        long at = U32(data, end + 16);
        if ((count == ushort.MaxValue || at == uint.MaxValue) && end >= 20 && U32(data, end - 20) == Zip64LocatorSignature)
        {
            var zip64 = Offset((long)U64(data, end - 12), 56, data);
            if (U32(data, zip64) != Zip64EndSignature)
            {
                throw new InvalidDataException("the archive's directory is not where it should be");
            }

            count = (long)U64(data, zip64 + 32);
            at = (long)U64(data, zip64 + 48);
        }

        if (count > limits.Entries || count < 0)
        {
            throw new ZipLimitException($"it holds {count} entries, above the limit of {limits.Entries}");
        }

        var entries = new List<(string, ZipPayload)>((int)count);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        long unpacked = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = Offset(at, 46, data);
            if (U32(data, entry) != DirectorySignature)
            {
                throw new InvalidDataException("the archive's directory is cut short");
            }

            var flags = U16(data, entry + 8);
            var method = U16(data, entry + 10);
            var crc = U32(data, entry + 16);
            long packed = U32(data, entry + 20);
            long size = U32(data, entry + 24);
            int nameLength = U16(data, entry + 28);
            int extraLength = U16(data, entry + 30);
            int commentLength = U16(data, entry + 32);
            long local = U32(data, entry + 42);
            var tail = Offset(entry + 46L, nameLength + extraLength + commentLength, data);
            var name = Encoding.UTF8.GetString(data.Slice(tail, nameLength));
            Zip64(data.Slice(tail + nameLength, extraLength), ref size, ref packed, ref local);
            at = tail + nameLength + extraLength + commentLength;
            if (name.EndsWith('/'))
            {
                continue;
            }

            if ((flags & 1) != 0)
            {
                throw new ZipEncryptedException();
            }

            if (method is not (ZipPayload.Stored or ZipPayload.Deflated))
            {
                throw new InvalidDataException($"'{name}' is packed in a way (method {method}) that presentations don't use");
            }

            unpacked += size;
            if (size > int.MaxValue || size < 0 || unpacked > limits.UnpackedBytes)
            {
                throw new ZipLimitException($"it unpacks to more than {limits.UnpackedBytes >> 20} MB");
            }

            if (!names.Add(name))
            {
                throw new InvalidDataException($"it holds '{name}' twice");
            }

            var header = Offset(local, 30, data);
            if (U32(data, header) != LocalSignature)
            {
                throw new InvalidDataException($"'{name}' is not where the archive's directory says");
            }

            if (packed > data.Length)
            {
                throw new InvalidDataException($"'{name}' is cut short");
            }

            var start = Offset(header + 30L + U16(data, header + 26) + U16(data, header + 28), packed, data);
            if (method == ZipPayload.Stored && packed != size)
            {
                throw new InvalidDataException($"'{name}' does not have its stated length");
            }

            entries.Add((name, new ZipPayload(archive.Slice(start, (int)packed), method, crc, (int)size)));
        }

        return entries;
    }

    private static int FindEnd(ReadOnlySpan<byte> data)
    {
        for (var at = data.Length - 22; at >= Math.Max(0, data.Length - 22 - ushort.MaxValue); at--)
        {
            if (U32(data, at) == EndSignature && at + 22 + U16(data, at + 20) <= data.Length)
            {
                return at;
            }
        }

        throw new InvalidDataException("the archive's end is missing");
    }

    private static void Zip64(ReadOnlySpan<byte> extra, ref long size, ref long packed, ref long local)
    {
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (id == 1)
            {
                var field = extra.Slice(4, length);
                Take(ref field, ref size);
                Take(ref field, ref packed);
                Take(ref field, ref local);
                return;
            }

            extra = extra[(4 + length)..];
        }

        static void Take(ref ReadOnlySpan<byte> field, ref long value)
        {
            if (value == uint.MaxValue && field.Length >= 8)
            {
                value = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
            }
        }
    }

    private static int Offset(long at, long length, ReadOnlySpan<byte> data) =>
        at >= 0 && length >= 0 && at <= data.Length - length ? (int)at : throw new InvalidDataException("it is cut short");

    private static ushort U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);

    private static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    private static ulong U64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);
}
