using System.Security.Cryptography;
using System.Text;
using BatchOps.Engine;

namespace BatchOps.Distributed;

/// <summary>
/// Signs messages of one kind, and checks them, by HMAC-SHA256 with a key that submitters and workers share. Each kind has a key
/// of its own, derived by HKDF (RFC 5869), so that a signed result is never taken for work. Safe for many threads.
/// </summary>
internal sealed class MessageSigner
{
    /// <summary>Fewest bytes of a shared key: as many as a signature has.</summary>
    public const int ShortestKey = HMACSHA256.HashSizeInBytes;

    private readonly byte[] _key;

    /// <summary>Derives the key of a kind.</summary>
    /// <param name="sharedKey">The key; it is not kept.</param>
    /// <param name="kind">What the messages are for.</param>
    /// <exception cref="BatchOptionsException">The key is too short.</exception>
    public MessageSigner(ReadOnlySpan<byte> sharedKey, MessageKind kind)
    {
        if (sharedKey.Length < ShortestKey)
        {
            throw new BatchOptionsException([$"The shared key has {sharedKey.Length} bytes; it must have at least {ShortestKey}, made by chance: '[Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32))' makes one."]);
        }

        _key = new byte[HMACSHA256.HashSizeInBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sharedKey, _key, salt: [], info: Context(kind));
    }

    /// <summary>Derives the key of a kind from the UTF-8 of a text.</summary>
    /// <exception cref="BatchOptionsException">The key is too short.</exception>
    public MessageSigner(string sharedKey, MessageKind kind)
        : this(Encoding.UTF8.GetBytes(sharedKey), kind)
    {
    }

    /// <summary>The signature of a message: 32 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> body) => HMACSHA256.HashData(_key, body);

    /// <summary>Whether a signature is that of a message; takes as long for a wrong one.</summary>
    public bool Verify(ReadOnlySpan<byte> body, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, body, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    // Part of every signature: a change makes submitters and workers of different versions strangers.
    private static ReadOnlySpan<byte> Context(MessageKind kind) => kind switch
    {
        MessageKind.Work => "batchops/1/work"u8,
        MessageKind.Result => "batchops/1/result"u8,
        MessageKind.Control => "batchops/1/control"u8,
        MessageKind.Rates => "batchops/1/rates"u8,
        MessageKind.Roll => "batchops/1/roll"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of message."),
    };
}
