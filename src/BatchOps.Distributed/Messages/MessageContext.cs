using System.Text.Json.Serialization;

namespace BatchOps.Distributed;

/// <summary>The serialisers, made when the library is built.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkMessage))]
[JsonSerializable(typeof(StartMessage))]
[JsonSerializable(typeof(ResultMessage))]
[JsonSerializable(typeof(StopMessage))]
[JsonSerializable(typeof(RollCallMessage))]
[JsonSerializable(typeof(PresenceMessage))]
[JsonSerializable(typeof(RateRequestMessage))]
[JsonSerializable(typeof(RateGrantMessage))]
[JsonSerializable(typeof(RateClaimMessage))]
internal sealed partial class MessageContext : JsonSerializerContext;
