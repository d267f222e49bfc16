using Newtonsoft.Json;

namespace Google.Apis.Slides.v1.Data;

/// <summary>Copies a slide or an element.</summary>
internal class DuplicateObjectRequest
{
    [JsonProperty("objectId")]
    public virtual string? ObjectId { get; set; }

    [JsonProperty("objectIds")]
    public virtual IDictionary<string, string>? ObjectIds { get; set; }
}
