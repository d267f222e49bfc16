using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BatchOps.Engine;

/// <summary>Names items by content: batch, key, and which one of the equal ones it is.</summary>
/// <remarks>
/// identity = SHA-256(SHA-256(batch), SHA-256(key), occurrence), of each hash the first 16 bytes, in hexadecimal. The same
/// for every order of the input, on every machine. Used by the one thread that posts.
/// </remarks>
internal sealed class IdentityCounter(string batch)
{
    /// <summary>Bytes of a hash that are kept: 128 bits are enough to tell 10^15 items apart.</summary>
    public const int HashLength = 16;

    private readonly byte[] _batch = HashOf(batch);
    private readonly Dictionary<UInt128, int> _seen = [];

    /// <summary>The identity of the next item with that key.</summary>
    public (byte[] KeyHash, int Occurrence, string Identity) Next(string key)
    {
        var keyHash = HashOf(key);
        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, BinaryPrimitives.ReadUInt128BigEndian(keyHash), out _);
        var occurrence = seen++;
        Span<byte> text = stackalloc byte[HashLength + HashLength + sizeof(int)];
        _batch.CopyTo(text);
        keyHash.CopyTo(text[HashLength..]);
        BinaryPrimitives.WriteInt32BigEndian(text[^sizeof(int)..], occurrence);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return (keyHash, occurrence, Convert.ToHexString(hash[..HashLength]).ToLowerInvariant());
    }

    private static byte[] HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return hash[..HashLength].ToArray();
    }
}
