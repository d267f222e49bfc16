using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The new picture.</summary>
internal class CreateImageResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}
