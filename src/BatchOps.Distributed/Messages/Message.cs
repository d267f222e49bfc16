using System.Text.Json;
using RabbitMQ.Client;

namespace BatchOps.Distributed;

/// <summary>How messages become signed bytes and messages again.</summary>
/// <remarks>The body is JSON in UTF-8; its signature travels in a header. A key of its own per kind keeps a signed result from being taken for work.</remarks>
internal static class Message
{
    /// <summary>The version of the form.</summary>
    public const int FormatVersion = 1;

    /// <summary>The largest body that is sent, in bytes. A quorum queue keeps and copies each one whole.</summary>
    public const int MaxBytes = 1 << 20;

    private const string SignatureHeader = "batchops-signature";

    /// <summary>Puts a message into its form.</summary>
    /// <exception cref="BrokerException">It is larger than <see cref="MaxBytes"/>.</exception>
    public static (ReadOnlyMemory<byte> Body, BasicProperties Properties) Pack<T>(T message, MessageSigner signer, bool persistent = true)
        where T : class, IMessage
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, typeof(T), MessageContext.Default);
        if (body.Length > MaxBytes)
        {
            throw new BrokerException(BrokerFault.TooLarge, $"The message of the item has {body.Length:N0} bytes; at most {MaxBytes:N0} travel. Send where the data lies (a path or an address that workers can read) instead of the data.");
        }

        return (body, new BasicProperties
        {
            Type = T.Kind,
            ContentType = "application/json",
            Persistent = persistent,
            Headers = new Dictionary<string, object?>(StringComparer.Ordinal) { [SignatureHeader] = signer.Sign(T.Kind, body) },
        });
    }

    /// <summary>Takes a message out of its form; null when it is not one of ours: of another kind or version, not signed with our key, or malformed.</summary>
    public static T? Unpack<T>(ReadOnlyMemory<byte> body, IReadOnlyBasicProperties properties, MessageSigner signer)
        where T : class, IMessage
    {
        if (properties.Type != T.Kind || properties.Headers?.TryGetValue(SignatureHeader, out var header) != true || header is not byte[] signature || !signer.Verify(T.Kind, body.Span, signature))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, typeof(T), MessageContext.Default) is T { Version: FormatVersion } message ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
