using System.Buffers.Binary;
using System.Text;

namespace BatchOps.Slides.Opc;

/// <summary>Writes packed entries to an archive. Equal entries give equal archives: no entry carries the time.</summary>
internal sealed class ZipWriter(Stream output)
{
    // 1980-01-01, the earliest that the format knows.
    private const ushort Date = 0x21;
    private const ushort Version = 20;
    private const ushort Utf8Names = 0x800;

    private readonly List<(byte[] Name, ushort Flags, ZipPayload Payload, uint At)> _entries = [];
    private readonly byte[] _buffer = new byte[46];
    private long _length;

    public long Length => _length;

    public void Add(string name, ZipPayload payload)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var flags = bytes.Length == name.Length ? (ushort)0 : Utf8Names;
        _entries.Add((bytes, flags, payload, Checked(_length)));

        var header = _buffer.AsSpan(0, 30);
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
        Common(header[4..], flags, payload, bytes.Length);
        Write(header);
        Write(bytes);
        Write(payload.Data.Span);
    }

    public void Complete()
    {
        if (_entries.Count >= ushort.MaxValue)
        {
            throw new InvalidDataException("a deck can't hold more than 65,534 parts");
        }

        var start = Checked(_length);
        foreach (var (name, flags, payload, at) in _entries)
        {
            var entry = _buffer.AsSpan(0, 46);
            entry.Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014b50);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[4..], Version);
            Common(entry[6..], flags, payload, name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[42..], at);
            Write(entry);
            Write(name);
        }

        var size = Checked(_length) - start;
        var end = _buffer.AsSpan(0, 22);
        end.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)_entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], size);
        BinaryPrimitives.WriteUInt32LittleEndian(end[16..], start);
        Write(end);
    }

    private static void Common(Span<byte> header, ushort flags, ZipPayload payload, int nameLength)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(header, Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], payload.Method);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[8..], Date);
        BinaryPrimitives.WriteUInt32LittleEndian(header[10..], payload.Crc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[14..], (uint)payload.Data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[18..], (uint)payload.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], (ushort)nameLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[24..], 0);
    }

    private static uint Checked(long at) => at < uint.MaxValue ? (uint)at : throw new InvalidDataException("a deck can't be larger than 4 GB");

    private void Write(ReadOnlySpan<byte> data)
    {
        output.Write(data);
        _length += data.Length;
    }
}
