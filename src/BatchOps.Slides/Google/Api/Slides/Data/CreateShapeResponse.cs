using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>The new shape.</summary>
internal class CreateShapeResponse
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }
}
