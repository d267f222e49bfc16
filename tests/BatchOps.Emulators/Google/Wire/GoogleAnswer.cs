using System.Text.Json.Nodes;

namespace BatchOps.Emulators.Google;

/// <summary>What a method answers: JSON, or bytes of a type of their own, or nothing.</summary>
internal sealed record GoogleAnswer(int Status = 200, JsonObject? Json = null, ReadOnlyMemory<byte> Content = default, string? ContentType = null)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static GoogleAnswer Of(JsonObject json) => new(Json: json);
}
