using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Adds a slide.</summary>
internal class CreateSlideRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("insertionIndex")]
    public virtual int? InsertionIndex { get; set; }
}
