using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>
/// Signs messages and checks them by HMAC-SHA256 with a key that submitters and workers share. Each kind of message has a key
/// of its own, derived by HKDF (RFC 5869), so that a signed result is never taken for work. Safe for many threads.
/// </summary>
public sealed class MessageSigner
{
    /// <summary>Fewest bytes of a shared key: as many as a signature has.</summary>
    public const int ShortestKey = HMACSHA256.HashSizeInBytes;

    // Part of every signature: a change makes submitters and workers of different versions strangers.
    private const string Context = "batchops/1/";

    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly byte[] _root;

    /// <summary>Takes the shared key.</summary>
    /// <param name="sharedKey">The key, at least <see cref="ShortestKey"/> bytes; it is not kept.</param>
    /// <exception cref="BatchOptionsException">The key is too short.</exception>
    public MessageSigner(ReadOnlySpan<byte> sharedKey)
    {
        if (sharedKey.Length < ShortestKey)
        {
            throw new BatchOptionsException([$"The shared key has {sharedKey.Length} bytes; it must have at least {ShortestKey}, made by chance: '[Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32))' makes one."]);
        }

        _root = HKDF.Extract(HashAlgorithmName.SHA256, sharedKey.ToArray(), salt: []);
    }

    /// <summary>Takes the UTF-8 of a text as the shared key.</summary>
    /// <param name="sharedKey">The key.</param>
    /// <exception cref="BatchOptionsException">The key is too short.</exception>
    public MessageSigner(string sharedKey)
        : this(Encoding.UTF8.GetBytes(sharedKey))
    {
    }

    /// <summary>The signature of a message: 32 bytes.</summary>
    /// <param name="kind">What the message is for.</param>
    /// <param name="body">The message.</param>
    public byte[] Sign(string kind, ReadOnlySpan<byte> body) => HMACSHA256.HashData(KeyOf(kind), body);

    /// <summary>Whether a signature is that of a message; takes as long for a wrong one.</summary>
    /// <param name="kind">What the message is for.</param>
    /// <param name="body">The message.</param>
    /// <param name="signature">The signature.</param>
    public bool Verify(string kind, ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(KeyOf(kind), body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    private byte[] KeyOf(string kind) => _keys.GetOrAdd(kind, static (name, root) => HKDF.Expand(HashAlgorithmName.SHA256, root, HMACSHA256.HashSizeInBytes, Encoding.UTF8.GetBytes(Context + name)), _root);
}
