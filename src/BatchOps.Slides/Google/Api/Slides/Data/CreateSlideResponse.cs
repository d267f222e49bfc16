using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The new slide.</summary>
internal class CreateSlideResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}
