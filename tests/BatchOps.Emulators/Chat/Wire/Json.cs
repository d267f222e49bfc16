using System.Text.Encodings.Web;
using System.Text.Json;

namespace BatchOps.Emulators.Chat;

/// <summary>How the service writes JSON: names in snake case, letters of all scripts as they are.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Camel = new(Snake) { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Snake);

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Snake);

    /// <summary>For what is the emulator's own and no part of the protocol.</summary>
    public static byte[] StatsBytes(ChatStats value) => JsonSerializer.SerializeToUtf8Bytes(value, Camel);
}
