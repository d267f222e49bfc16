namespace BatchOps.Pdf.Tools;

/// <summary>Takes what a tool writes to its standard output, up to a limit. Images are large: their memory is neither cleared nor copied without need.</summary>
internal sealed class ToolOutput(long max)
{
    private const int FirstBytes = 64 << 10;

    private readonly long _max = Math.Min(max, Array.MaxLength - 1);
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(FirstBytes);
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads to the end; false when there is more than may be.</summary>
    public async Task<bool> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _bytes.Length)
            {
                Grow();
            }

            var read = await stream.ReadAsync(_bytes.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            if (_length + read > _max)
            {
                return false;
            }

            _length += read;
        }
    }

    private void Grow()
    {
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(2L * _bytes.Length, Array.MaxLength));
        Bytes.CopyTo(larger);
        _bytes = larger;
    }
}
