using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The new copy.</summary>
internal class DuplicateObjectResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}
