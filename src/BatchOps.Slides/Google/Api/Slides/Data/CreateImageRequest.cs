using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Adds a picture.</summary>
internal class CreateImageRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("url")]
    public virtual string? Url { get; set; }

    [JsonProperty("elementProperties")]
    public virtual PageElementProperties? ElementProperties { get; set; }
}
