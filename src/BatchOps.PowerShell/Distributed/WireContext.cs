using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BatchOps.Distributed;

namespace BatchOps.PowerShell.Distributed;

/// <summary>The serialisers of what travels inside messages, made when the module is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(OperationDefinition))]
[JsonSerializable(typeof(OutputText))]
[JsonSerializable(typeof(LoneRequest))]
[JsonSerializable(typeof(WorkResult))]
internal sealed partial class WireContext : JsonSerializerContext
{
    /// <summary>Reads a JSON text.</summary>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new FormatException("The text is null.");
        }
        catch (JsonException error)
        {
            throw new FormatException($"The text is of another form: {error.Message}", error);
        }
    }
}
